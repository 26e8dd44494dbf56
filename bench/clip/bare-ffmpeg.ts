import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpuOfChildren } from '../support/cpu-of-children.js';
import { serveSide } from '../support/side.js';
import { argumentsFor, clipOf, ffmpeg } from './clips.js';

const run = promisify(execFile);

/** The same ffmpeg with the same arguments on a file in memory, and nothing else: no probe, no limits, no poster. */
export function serveBare({ width, height, seconds }: { width: number; height: number; seconds: number }): void {
  let folder = '';
  serveSide({
    prepare: async () => {
      folder = mkdtempSync('/dev/shm/flits-bench-');
      writeFileSync(join(folder, 'in'), await clipOf(`${width}x${height}`, seconds));
    },
    round: async () => {
      const before = cpuOfChildren();
      await run((await ffmpeg()).ffmpeg, argumentsFor(width, height, 'in', 'out.mp4'), { cwd: folder });
      return { units: seconds, childCpuMicros: cpuOfChildren() - before };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  });
}
