import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

describe('flits media', () => {
  let folder: string;

  beforeAll(async () => {
    // Mostly a disk, where /tmp may be memory: a folder for clips on a disk is warned of.
    folder = await mkdtemp('/var/tmp/flits-media-');
    await writeFile(join(folder, 'holiday.jpg'), 'no photo');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('--json says one object on stdout, whatever there is to warn of', async () => {
    const argv = ['--import', './scripts/lib/typescript.mjs', 'src/cli/main.ts', 'media', join(folder, 'holiday.jpg'), '--json'];
    const env = { PATH: process.env.PATH, NODE_ENV: 'test', CLIP_FOLDER: folder };
    const { code, stdout } = (await run(process.execPath, argv, { env }).catch(
      (error: unknown) => error as { code: number; stdout: string },
    )) as { code: number; stdout: string };
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      files: [{ file: 'holiday.jpg', refused: { reason: expect.any(String) as string } }],
    });
  });
});
