import pg from 'pg';
import { PayloadSources } from '../../src/features/events/index.js';
import { snapsEventSources } from '../../src/features/snaps/index.js';
import { backendCpu } from '../support/cpu.js';
import { serveSide } from '../support/side.js';

/**
 * What events of snaps say, by the statement that gateways use. BENCH_SCHEMA: snaps as they are, cut by hour, or the same rows in
 * tables of one piece. Figure: CPU µs of the PostgreSQL backend a statement.
 */
const url = process.env.BENCH_DATABASE ?? '';
const schema = process.env.BENCH_SCHEMA ?? '';
const eventsEach = Number(process.env.BENCH_EVENTS);
const rounds = Math.ceil(2000 / Math.sqrt(eventsEach));
const client = new pg.Client({ connectionString: url, options: '-c plan_cache_mode=force_generic_plan' });
const sources = new PayloadSources(snapsEventSources);
const source = sources.of('snap.received')!;
let pid = 0;
let received: { owner: string; refs: string[] }[] = [];

serveSide({
  prepare: async () => {
    await client.connect();
    pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
    const { rows } = await client.query<{ owner: string; refs: string[] }>(
      'SELECT recipient_id AS owner, array_agg(snap_id ORDER BY random()) AS refs FROM mortal.deliveries GROUP BY 1 ORDER BY 1 LIMIT 500',
    );
    received = rows.map(({ owner, refs }) => ({ owner, refs: refs.slice(0, eventsEach) }));
  },
  round: async () => {
    const before = backendCpu(pid);
    for (let n = 0; n < rounds; n += 1) {
      const { owner, refs } = received[(n * 7919) % received.length]!;
      const asked = sources.statementFor(owner, [
        { source, subjects: refs.map((ref) => ({ type: 'snap.received' as const, ref, actor: null, at: 0 })) },
      ])!;
      const text = asked.statement.text.replaceAll('mortal.', `${schema}.`).replaceAll('upload_of(', `${schema}.upload_of(`);
      const { rows } = await client.query({ name: `payload_${schema}`, text, values: asked.values });
      if (rows.length !== refs.length) throw new Error(`${rows.length} of ${refs.length} events said something`);
    }
    return { units: rounds, figure: (backendCpu(pid) - before) / rounds };
  },
  close: () => client.end(),
});
