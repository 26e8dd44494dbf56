import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { until } from '../support/until.js';

describe('a send that waits for the row of its sender', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
  });
  afterAll(() => flits.stop());

  const waiting = async () =>
    (await flits.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length;

  /** What becomes of a send that finds the row locked, by a change that commits while it waits. */
  const sendBehind = async (anna: Person, change: string, to: Record<string, unknown>) => {
    let sending: ReturnType<Person['sendTo']> | undefined;
    await flits.platform.database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM people WHERE id = $1 FOR UPDATE', [anna.id]);
      sending = anna.sendTo(to);
      await until('the send to wait', async () => (await waiting()) > 0);
      await tx.query(`UPDATE people SET ${change} WHERE id = $1`, [anna.id]);
    });
    const { status, body } = await sending!;
    return [status, (body as { code?: string }).code];
  };

  // PostgreSQL 18.4 may crash where a statement that waits like this also writes partitioned tables (ADR 5).
  it.each([
    ['to people', false],
    ['to a story', true],
  ])('%s: goes out of the changed row, and not at all once the account is suspended', async (_, isStory) => {
    const [anna, ben] = await Person.friends(flits.url);
    const to = isStory ? { story: 'friends' } : { user_ids: [ben.id] };
    expect(await sendBehind(anna, `display_name = 'Anna'`, to)).toEqual([201, undefined]);
    expect(await sendBehind(anna, 'suspended_at = flits_now()', to)).toEqual([403, 'suspended']);
    const reached = await flits.query('SELECT 1 FROM mortal.deliveries WHERE sender_id = $1', [anna.id]);
    expect(reached).toHaveLength(1);
  });
});
