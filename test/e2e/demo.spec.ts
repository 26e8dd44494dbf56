import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flitsCommand } from '../support/command-line.js';
import { TestFlits } from '../support/flits.js';
import { until } from '../support/until.js';

/** Long enough for the story before the deadline on a busy machine, short enough to be waited for. */
const LIFE_SECONDS = '20';

interface Step {
  readonly words: string;
  readonly outcome?: string;
}

describe('flits demo', () => {
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
    const { code, answer, said } = await flitsCommand({ FLITS_DATA: folder }, 'demo', flits.url);
    expect([code, answer.error]).toEqual([0, undefined]);
    const outcomes = (answer.steps as Step[]).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(expect.arrayContaining(['410 snap_already_opened', '410 snap_expired']));
    expect(said).toContain('without a place, a camera or a name');
    if (flits.platform.folder) {
      const [, name] = /in the object store: (\S+), \d+ bytes/.exec(said) ?? [];
      expect([answer.saw_object_store, outcomes]).toEqual([true, expect.arrayContaining([`no ${name} any more`])]);
    }
    await until('an empty store', async () => (await flits.objectNames()).length === 0, 60_000);
  }, 120_000);

  it('says in words that nothing runs', async () => {
    const { code, answer } = await flitsCommand({}, 'demo', 'http://127.0.0.1:9');
    expect([code, answer.error?.message]).toEqual([1, expect.stringContaining('Start Flits in another terminal')]);
  });

  // A PostgreSQL of its own takes its time: where there is time for it.
  (process.env.TEST_SERVICES ? it : it.skip)(
    'brings a server of its own, and leaves nothing of it',
    async () => {
      const before = readdirSync(tmpdir()).filter((name) => name.startsWith('flits-demo-'));
      const { code, answer } = await flitsCommand({}, 'demo', '--own');
      expect([code, answer.error, answer.saw_object_store]).toEqual([0, undefined, true]);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('flits-demo-') && !before.includes(name))).toEqual([]);
      expect(existsSync('.flits')).toBe(false);
    },
    180_000,
  );
});
