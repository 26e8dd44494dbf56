import pg from 'pg';
import { allStatements } from '../../src/platform/database/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';

/** As many hours as a server of the default settings has: what a statement does not leave alone, it does 84 times. */
const DEFAULTS = { SNAP_TTL_SECONDS: '259200', BUCKET_SECONDS: '3600' };

describe('a statement that is about one snap', () => {
  let flits: TestFlits;
  let client: pg.Client;
  let values: Record<string, unknown[]>;

  beforeAll(async () => {
    flits = await TestFlits.start(DEFAULTS);
    const [anna, ben] = await Person.friends(flits.url);
    const uploadId = await anna.upload(await samplePhoto());
    const { id } = (await anna.send({ upload_id: uploadId }, [ben])).body;
    const { id: answer } = (await ben.sendTo({ user_ids: [anna.id] }, { text: 'x', in_reply_to: id })).body;
    const device = ben.session.device.id;
    values = {
      'snaps.received': [anna.id, [answer]],
      'snaps.posted': [ben.id, [id]],
      'media.told': [anna.id, [uploadId]],
      'snaps.open_lock': [id, ben.id],
      'snaps.open': [id, ben.id, device, Buffer.alloc(32), false, Buffer.alloc(32)],
      'snaps.screenshot_lock': [id, ben.id],
      'snaps.screenshot': [id, ben.id],
      'events.payloads': [anna.id, [answer], [], [], [], [], [], [], []],
    };
    client = new pg.Client({ connectionString: flits.place.database.appUrl.reveal() });
    await client.connect();
    await client.query('SET plan_cache_mode = force_generic_plan');
  });
  afterAll(async () => {
    await client.end();
    await flits.stop();
  });

  it.each([
    'snaps.received',
    'snaps.posted',
    'media.told',
    'snaps.open_lock',
    'snaps.open',
    'snaps.screenshot_lock',
    'snaps.screenshot',
    'events.payloads',
  ])('%s leaves the tables of every other hour alone, whatever its plan was made for', async (name) => {
    const text = allStatements().find((statement) => statement.name === name)?.text ?? '';
    const given = values[name] ?? [];
    await client.query(`PREPARE asked AS ${text}`);
    try {
      const { rows } = await client.query<{ 'QUERY PLAN': object[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked (${given.map(literal).join(', ')})`,
      );
      const opened = new Map<string, Set<string>>();
      for (const [, table = '', label = ''] of JSON.stringify(rows).matchAll(/"Relation Name":"(snaps|deliveries|uploads)_(\d+)"/g)) {
        opened.set(table, (opened.get(table) ?? new Set()).add(label));
      }
      expect(opened.size).toBeGreaterThan(0);
      for (const [table, labels] of opened) expect([table, labels.size]).toEqual([table, 1]);
    } finally {
      await client.query('DEALLOCATE asked');
    }
  });
});

/** Of what these statements are given. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `'{${value.join(',')}}'`;
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  return `'${String(value)}'`;
}
