import { DecoderProcess } from '../../src/features/media/pipeline/decoder-process.js';
import { cpuOfProcess } from '../support/cpu-of-process.js';
import { serveSide } from '../support/side.js';
import { PHOTOS, phonePhoto } from './photos.js';

/** The subject, as the worker runs it: to the decoder's process and back, header check, limits, one decode, JPEG, thumbhash. */
let file: Buffer;
let decoder: DecoderProcess;

serveSide({
  prepare: async () => {
    file = await phonePhoto();
    decoder = await DecoderProcess.start();
  },
  round: async () => {
    const before = cpuOfProcess(decoder.pid!);
    for (let n = 0; n < PHOTOS; n += 1) await decoder.make(file);
    return { units: PHOTOS, childCpuMicros: cpuOfProcess(decoder.pid!) - before };
  },
  close: () => decoder.end(),
});
