import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.js';
import { TestFlits } from '../support/flits.js';
import { root } from '../support/project-file.js';

const run = promisify(execFile);

/** Long enough for the story before the deadline on a busy machine, short enough to be waited for. */
const LIFE_SECONDS = '10';

describe('npm run demo', () => {
  let flits: TestFlits;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flits-demo-'));
    flits = await TestFlits.start({ SNAP_TTL_SECONDS: LIFE_SECONDS, BUCKET_SECONDS: '1', FLITS_DATA: folder });
  });
  afterAll(async () => {
    await flits.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('plays the main job: seen once, refused after, and the object that existed is gone', async () => {
    const { stdout } = await run(process.execPath, ['scripts/demo.mjs', flits.url], {
      cwd: root,
      env: { ...process.env, FLITS_DATA: folder },
    });
    expect(stdout).toContain('410 snap_already_opened');
    expect(stdout).toContain('410 snap_expired');
    expect(stdout).toContain('without a place, a camera or a name');
    if (flits.platform.folder) {
      const [, name] = /in the object store: (\S+), \d+ bytes/.exec(stdout) ?? [];
      expect(stdout).toContain(`no ${name} any more`);
    }
    expect(stdout).toContain('Everything was as promised');
    await until('an empty store', async () => (await flits.objectNames()).length === 0, 60_000);
  }, 120_000);

  it('says in words that nothing runs', async () => {
    const failed = run(process.execPath, ['scripts/demo.mjs', 'http://127.0.0.1:9'], { cwd: root });
    await expect(failed).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('Start Flits in another terminal') as string });
  });
});
