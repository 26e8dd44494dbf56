import sharp from 'sharp';
import { card, noise } from '../../../../test/support/images.js';
import { MediaRejected } from '../media-rejected.js';
import { DecoderProcess } from './decoder-process.js';
import { makePhoto } from './photo.js';
import { PhotoDecoders } from './photo-decoders.js';

const decoders = new PhotoDecoders();
afterAll(() => decoders.onApplicationShutdown());

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const result = await work.catch((error: unknown) => error);
  return result instanceof MediaRejected ? result.reason : 'not rejected';
}

describe('R61: a libvips with known faults', () => {
  const { vips } = sharp.versions;
  afterEach(() => void (sharp.versions.vips = vips));

  it.each(['8.14.4', '8.9.2', '7.42.0'])('%s keeps a worker from starting', (version) => {
    sharp.versions.vips = version;
    expect(() => new PhotoDecoders().onModuleInit()).toThrow(`libvips ${version} has known faults`);
  });

  it.each([vips, '8.14.5', '8.15.0', '9.0.0'])('is not %s', (version) => {
    sharp.versions.vips = version;
    expect(() => new PhotoDecoders().onModuleInit()).not.toThrow();
  });
});

describe('decoders in processes of their own', () => {
  it('make the very photo that the pipeline makes', async () => {
    const file = await card().jpeg().toBuffer();
    const [there, here] = [await decoders.make(file), await makePhoto(file)];
    expect(there).toEqual(here);
  });

  it('hand on why a file is refused, and go on', async () => {
    expect(await reasonOf(decoders.make(Buffer.from('text')))).toBe('unsupported_media');
    const whole = await noise(300, 200).jpeg().toBuffer();
    expect(await reasonOf(decoders.make(whole.subarray(0, whole.length / 2)))).toBe('damaged');
    expect((await decoders.make(whole)).width).toBe(300);
  });

  it('work on several at once and on more than there are decoders', async () => {
    const files = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        noise(40 * n, 30)
          .png()
          .toBuffer(),
      ),
    );
    const photos = await Promise.all(files.map((file) => decoders.make(file)));
    expect(photos.map(({ width }) => width)).toEqual([40, 80, 120, 160, 200]);
  });

  it('R19: a file that kills its decoder is poison, and nobody else notices', async () => {
    const [victim, neighbour] = [await DecoderProcess.start(), await DecoderProcess.start()];
    const file = await noise(900, 600).png().toBuffer();
    const [dying, living] = [victim.make(file), neighbour.make(file)];
    process.kill(victim.pid!, 'SIGSEGV');
    expect(await reasonOf(dying)).toBe('poison');
    expect((await living).width).toBe(900);
    expect([victim.isAlive, neighbour.isAlive]).toEqual([false, true]);
    neighbour.end();
  });

  it('R19: a file that takes too long is too_slow, and its decoder is killed', async () => {
    const decoder = await DecoderProcess.start(200);
    process.kill(decoder.pid!, 'SIGSTOP');
    expect(await reasonOf(decoder.make(await card().png().toBuffer()))).toBe('too_slow');
    expect(decoder.isAlive).toBe(false);
  });

  it('do not end at Ctrl-C, which reaches the whole group, but with their parent', async () => {
    const decoder = await DecoderProcess.start();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(decoder.pid!, signal);
    expect((await decoder.make(await card().png().toBuffer())).height).toBe(80);
    decoder.end();
    expect(decoder.isAlive).toBe(false);
  });
});
