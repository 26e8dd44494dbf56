import { abba, script, type AbbaOptions } from './support/abba.js';
import { asSuper, startPostgres } from './support/postgres.js';
import { report, round4, say } from './support/report.js';
import { Scratch } from './support/scratch.js';
import { makeSnaps } from './resume/snaps.js';

/**
 * Catching up after a cursor on a million events, cut by birth as they are, against one table with the same key; and what events of
 * snaps say, cut by hour, against tables of one piece.
 */
const PEOPLE = 2000;
const EVENTS = 1_000_000;
const STEPS = 5;
const STEP_MS = 18 * 3_600_000;
const SNAPS = 200_000;
/** One is what a living socket reads, twenty what a phone missed over night. */
const EVENTS_AT_ONCE = [1, 20];
const options: AbbaOptions = { measure: 'figure', pairs: 8, warmUp: 1 };

await Scratch.with(async (scratch) => {
  const postgres = await startPostgres(scratch, { autovacuum: 'off' });
  const { ownerUrl } = await postgres.createDatabase('resume');
  const url = ownerUrl.reveal();
  await asSuper(ownerUrl, async (client) => {
    await client.query('SELECT make_event_steps($1, epoch_ms(flits_now()) + $2::bigint)', [STEP_MS, (STEPS - 1) * STEP_MS]);
    await client.query(`INSERT INTO event_heads (person_id, head) SELECT gen_random_uuid(), $1 FROM generate_series(1, $2)`, [
      EVENTS / PEOPLE,
      PEOPLE,
    ]);
    // Born evenly over all steps, in the order of their numbers.
    await client.query(
      `INSERT INTO mortal.events (owner_id, seq, at, type, ref, actor)
       SELECT h.person_id, n, from_epoch_ms(s.low + (n - 1) * (s.high - s.low) / $1::bigint), 'snap.received', gen_random_uuid(), h.person_id
       FROM (SELECT min(from_ms) AS low, max(to_ms) AS high FROM event_steps()) AS s, generate_series(1, $1::bigint) AS n, event_heads h`,
      [EVENTS / PEOPLE],
    );
    await client.query('CREATE TABLE events_in_one (LIKE mortal.events INCLUDING ALL)');
    await client.query('INSERT INTO events_in_one SELECT * FROM mortal.events ORDER BY at');
    await client.query('VACUUM ANALYZE');
  });
  const side = (table: string) => ({
    script: script('./resume/read', import.meta.url),
    env: { BENCH_DATABASE: url, BENCH_TABLE: table },
  });
  const control = await abba(side('events_in_one'), side('events_in_one'), options);
  const pages = await abba(side('mortal.events'), side('events_in_one'), options);
  say(`  PostgreSQL CPU µs a page: ${Math.round(pages.a)} to ${Math.round(pages.b)} in one table`);
  const snaps = (await postgres.createDatabase('snaps')).ownerUrl;
  await asSuper(snaps, (client) => makeSnaps(client, PEOPLE, SNAPS));
  const payload = (schema: string, events: number) => ({
    script: script('./resume/payload', import.meta.url),
    env: { BENCH_DATABASE: snaps.reveal(), BENCH_SCHEMA: schema, BENCH_EVENTS: String(events) },
  });
  const payloadControl = await abba(payload('flat', 1), payload('flat', 1), options);
  const said = [];
  for (const events of EVENTS_AT_ONCE) {
    const { ratio, pairs, a, b } = await abba(payload('mortal', events), payload('flat', events), options);
    say(`  PostgreSQL CPU µs of what ${events} say: ${Math.round(a)} to ${Math.round(b)} in tables of one piece`);
    said.push({
      name: `what ${events} of them say, to tables of one piece`,
      value: ratio,
      at_most: 2,
      details: { pairs: pairs.map(round4), micros: Math.round(a), micros_in_one: Math.round(b) },
    });
  }
  report({
    name: 'resume',
    controls: { 'one table': control.ratio, 'tables of one piece': payloadControl.ratio },
    results: [
      {
        name: 'a page after a cursor, to one table',
        value: pages.ratio,
        at_most: 2,
        details: { pairs: pages.pairs.map(round4), micros: Math.round(pages.a), micros_in_one: Math.round(pages.b) },
      },
      ...said,
    ],
    figures: { events: EVENTS, steps: STEPS, snaps: SNAPS },
  });
});
