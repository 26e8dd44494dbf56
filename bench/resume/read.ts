import pg from 'pg';
import { readPage } from '../../src/features/events/events.statements.js';
import { backendCpu } from '../support/cpu.js';
import { serveSide } from '../support/side.js';

/**
 * Pages after a cursor, by the statement that gateways use. BENCH_TABLE: the log as it is, cut by birth, or the same rows in one
 * table. Figure: CPU µs of the PostgreSQL backend a page.
 */
const PAGES = 2000;
const PAGE = 100;
const url = process.env.BENCH_DATABASE ?? '';
const table = process.env.BENCH_TABLE ?? '';
const text = readPage.text.replaceAll('mortal.events', table);

const client = new pg.Client({ connectionString: url });
let pid = 0;
let owners: string[] = [];
let heads: number[] = [];

serveSide({
  prepare: async () => {
    await client.connect();
    pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
    const { rows } = await client.query<{ person_id: string; head: string }>('SELECT person_id, head FROM event_heads ORDER BY person_id');
    owners = rows.map(({ person_id }) => person_id);
    heads = rows.map(({ head }) => Number(head));
  },
  round: async () => {
    const before = backendCpu(pid);
    for (let n = 0; n < PAGES; n += 1) {
      const who = (n * 7919) % owners.length;
      // From a device that was away for a few events to one that was away for days.
      const after = Math.floor(heads[who]! * (1 - ((n % 10) + 1) / 10));
      const { rows } = await client.query({ name: `resume_${table}`, text, values: [owners[who], after, PAGE] });
      if (rows.length !== 1) throw new Error('a page without a head');
    }
    return { units: PAGES, figure: (backendCpu(pid) - before) / PAGES };
  },
  close: () => client.end(),
});
