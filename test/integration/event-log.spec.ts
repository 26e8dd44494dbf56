import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { EventLog } from '../../src/features/events/index.js';
import { crowdOfFriends } from '../support/crowd.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

describe('the event log', () => {
  let flits: TestFlits;
  let pool: pg.Pool;

  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
    pool = new pg.Pool({ connectionString: flits.place.database.appUrl.reveal(), max: 12 });
  });
  afterAll(async () => {
    await pool.end();
    await flits.stop();
  });

  const log = () => flits.flits.app.get(EventLog, { strict: false });

  const newOwners = async (count: number): Promise<string[]> => {
    const owners = Array.from({ length: count }, () => randomUUID());
    await flits.query('INSERT INTO event_heads (person_id) SELECT unnest($1::uuid[])', [owners]);
    return owners;
  };

  const append = (client: pg.Pool | pg.PoolClient, owners: readonly string[], ref = randomUUID()) =>
    client.query<{ owner: string; number: string }>(
      `SELECT * FROM append_events($1::uuid[], array_fill('snap.sent'::text, ARRAY[$2::int]), array_fill($3::uuid, ARRAY[$2::int]), array_fill(NULL::uuid, ARRAY[$2::int]), NULL)`,
      [owners, owners.length, ref],
    );

  const seqsOf = async (owner: string): Promise<number[]> =>
    (await flits.query<{ seq: string }>('SELECT seq FROM mortal.events WHERE owner_id = $1 ORDER BY seq', [owner])).map(({ seq }) =>
      Number(seq),
    );

  it('numbers rise without a hole in the order of commits, whoever writes at once and whoever rolls back', async () => {
    const [owner] = (await newOwners(1)) as [string];
    const refs: string[] = [];
    let committed = 0;
    const writers = Array.from({ length: 10 }, async (_, writer) => {
      for (let n = 0; n < 20; n += 1) {
        const client = await pool.connect();
        try {
          const ref = randomUUID();
          await client.query('BEGIN');
          await append(client, [owner], ref);
          if ((n + writer) % 5 === 0) await client.query('ROLLBACK');
          else {
            // The counter is still locked: between here and the commit nobody else can get a number.
            refs.push(ref);
            await client.query('COMMIT');
            committed += 1;
          }
        } finally {
          client.release();
        }
      }
    });
    // A reader that follows by number, as sockets do: a number that commits late would be passed over.
    const followed: number[] = [];
    const reader = (async () => {
      for (let isLast = false; ;) {
        const page = await log().page(owner, followed.at(-1) ?? 0);
        followed.push(...page.events.map(({ seq }) => seq));
        if (isLast && !page.more) return;
        isLast = committed === 160;
      }
    })();
    await Promise.all(writers);
    await reader;
    const written = Array.from({ length: 160 }, (_, index) => index + 1);
    expect(await seqsOf(owner)).toEqual(written);
    expect(followed).toEqual(written);
    const rows = await flits.query<{ ref: string }>('SELECT ref FROM mortal.events WHERE owner_id = $1 ORDER BY seq', [owner]);
    expect(rows.map(({ ref }) => ref)).toEqual(refs);
  });

  it('any sets of owners in any order, all at once: no deadlock, and each owner has each of theirs once', async () => {
    const owners = await newOwners(8);
    const batch = fc.array(fc.nat(owners.length - 1), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 12 }), async (batches) => {
        const before = await Promise.all(owners.map(seqsOf));
        const answers = await Promise.all(batches.map((picks) => append(pool, picks.map((pick) => owners[pick]!)))); // prettier-ignore
        const given = answers.flatMap(({ rows }) => rows);
        for (const [index, owner] of owners.entries()) {
          const expected = batches.flat().filter((pick) => pick === index).length;
          const mine = given.filter((row) => row.owner === owner).map(({ number }) => Number(number));
          expect(mine).toHaveLength(expected);
          const seqs = await seqsOf(owner);
          expect(seqs).toEqual(seqs.map((_, n) => n + 1));
          expect(seqs.slice(before[index]!.length)).toEqual([...mine].sort((a, b) => a - b));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('a thousand owners at once, from both ends, are locked in one order; those who are gone are left out', async () => {
    const owners = await newOwners(1000);
    const backwards = [...owners].reverse();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => append(pool, [...(n % 2 === 0 ? owners : backwards), randomUUID()])),
    );
    for (const { rows } of answers) expect(rows).toHaveLength(1000);
    const [counted] = await flits.query<{ n: number; least: string; most: string }>(
      'SELECT count(*)::int AS n, min(head) AS least, max(head) AS most FROM event_heads WHERE person_id = ANY ($1::uuid[])',
      [owners],
    );
    expect(counted).toEqual({ n: 1000, least: '8', most: '8' });
  });

  describe('round trips', () => {
    let anna: Person;
    let ben: Person;

    beforeAll(async () => {
      [anna, ben] = await Person.friends(flits.url);
    });

    /** The statements that this process sent to PostgreSQL while something was done; pings of the clock, counts of sockets, and what follows an earlier send in its own time, apart. */
    async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
      const sent: string[] = [];
      const query = jest.spyOn(pg.Client.prototype, 'query');
      query.mockClear();
      await work();
      for (const [statement] of query.mock.calls as unknown as [string | { text: string; name?: string }][]) {
        sent.push(typeof statement === 'string' ? statement : (statement.name ?? statement.text));
      }
      query.mockRestore();
      return sent.filter(
        (statement) => !/flits_now\(\)\) AS|people\.ended_sessions|clock|socket_counts|^notifications\.mark/.test(statement),
      );
    }

    it.each([1, 100])('a send to %i is one statement, with its events', async (count) => {
      const crowd = await crowdOfFriends(flits, anna, count);
      await anna.sendText('warm', [ben]);
      const statements = await statementsOf(() => anna.sendTo({ user_ids: crowd }));
      expect(statements).toEqual([expect.stringMatching(/^snaps\.send/)]);
      const [reached] = await flits.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM mortal.events WHERE type = 'snap.received' AND owner_id = ANY ($1::uuid[])`,
        [crowd],
      );
      expect(reached?.n).toBe(count);
    });

    it('a page of what was sent is two named statements, however many rows it has', async () => {
      for (let n = 0; n < 30; n += 1) await anna.sendText(`${n}`, [ben]);
      const { events } = await log().page(ben.id, 0);
      const first = events.find(({ type }) => type === 'snap.received')!.seq;
      const statements = await statementsOf(() => log().page(ben.id, first - 1));
      expect(statements).toHaveLength(2);
      expect(statements).toContain('events.page');
      for (const statement of statements) expect(statement).toMatch(/^[a-z_]+\.[a-z_]+$/);
    });

    it('what died is skipped, and its number is a hole', async () => {
      const { head } = await log().page(ben.id, 0, 1);
      const [gone, kept] = [await anna.sendText('gone', [ben]), await anna.sendText('kept', [ben])];
      expect((await anna.request('DELETE', `/v1/snaps/${gone.id}`)).status).toBe(200);
      const page = await log().page(ben.id, head);
      expect(page.events.map(({ type, data }) => [type, (data as { snap_id: string }).snap_id])).toEqual([
        ['snap.received', kept.id],
        ['snap.withdrawn', gone.id],
      ]);
      expect(page.events.map(({ seq }) => seq)).toEqual([head + 2, head + 3]);
      expect(page.next).toBe(head + 3);
    });
  });

  it('is cut by birth, a few steps deep, and what is asked for beyond is told to start over', async () => {
    const steps = await flits.query<{ from_ms: string; to_ms: string }>('SELECT from_ms, to_ms FROM event_steps() ORDER BY from_ms');
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.length).toBeLessThan(10);
    steps.slice(1).forEach(({ from_ms }, index) => expect(from_ms).toBe(steps[index]!.to_ms));

    const [owner] = (await newOwners(1)) as [string];
    await append(pool, [owner]);
    await append(pool, [owner]);
    expect(await log().page(owner, 0)).toMatchObject({ resync: false, next: 2 });
    await flits.asOwner(`DELETE FROM mortal.events WHERE owner_id = '${owner}' AND seq = 1`); // as if its step were dropped
    expect(await log().page(owner, 0)).toMatchObject({ resync: true, head: 2 });
    expect(await log().page(owner, 1)).toMatchObject({ resync: false, next: 2 });
    await flits.asOwner(`DELETE FROM mortal.events WHERE owner_id = '${owner}'`);
    expect(await log().page(owner, 1)).toMatchObject({ resync: true, head: 2 });
    expect(await log().page(owner, 2)).toMatchObject({ resync: false, next: 2 });
    expect(await log().page(owner, 3)).toMatchObject({ resync: true, head: 2 });
  });
});
