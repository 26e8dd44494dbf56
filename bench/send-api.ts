import { abba, script, type Ratio } from './support/abba.js';
import { report, round4, say, type Result } from './support/report.js';
import { SideProcess } from './support/side-process.js';

/** A send over HTTP against raw Fastify with the same statement; its round trips; and the statement against bare inserts. */
const OPTIONS = { pairs: 8, warmUp: 4 } as const;

const flits = { script: script('./send-api/flits', import.meta.url) };
const fastify = { script: script('./send-api/bare-fastify', import.meta.url) };
const rows = (how: string) => ({ script: script('./send-api/rows', import.meta.url), env: { BENCH_ROWS: how } });

const control = await abba(fastify, fastify, { ...OPTIONS, measure: 'cpu' });
say(`  raw Fastify to itself: ${round4(control.ratio)}`);
const sends = await abba(flits, fastify, { ...OPTIONS, measure: 'cpu' });
say(`  CPU µs a send: ${Math.round(sends.a)} to ${Math.round(sends.b)}`);
const sealing = { ...fastify, env: { BENCH_CRYPTOGRAPHY: '1' } };
const sealed = await abba(flits, sealing, { ...OPTIONS, measure: 'cpu' });
say(`  to raw Fastify that seals and signs as well: ${Math.round(sealed.a)} to ${Math.round(sealed.b)}`);
const roundTrips = await countRoundTrips();
const rowControl = await abba(rows('unnest'), rows('unnest'), { ...OPTIONS, measure: 'figure' });
const statement = await abba(rows('statement'), rows('unnest'), { ...OPTIONS, measure: 'figure' });
const wall = await abba(rows('statement'), rows('unnest'), { ...OPTIONS, measure: 'wall' });

report({
  name: 'send-api',
  controls: { 'raw Fastify': control.ratio, 'bare UNNEST': rowControl.ratio },
  results: [
    { name: 'CPU a send to raw Fastify with the same statement', value: sends.ratio, at_most: 1.3, details: detailsOf(sends) },
    { name: 'the same, where raw Fastify seals and signs as well', value: sealed.ratio, details: detailsOf(sealed) },
    { name: 'queries a send (timers of the process included)', value: roundTrips, at_most: 1.05 },
    rowsResult('rows a CPU second of PostgreSQL, 100 recipients, to bare UNNEST', statement, 0.8),
    rowsResult('rows a second on the wall, the same', wall),
  ],
});

/** One send, one query, however many sends are under way. */
async function countRoundTrips(): Promise<number> {
  const side = await SideProcess.start(flits.script, { BENCH_COUNT: '1' });
  try {
    await side.round();
    return (await side.round()).figure ?? Number.NaN;
  } finally {
    await side.close();
  }
}

/** Costs turned into rates. */
function rowsResult(name: string, { ratio, a, b }: Ratio, at_least?: number): Result {
  return { name, value: 1 / ratio, at_least, details: { rows_a_second: Math.round(1e6 / a), bare: Math.round(1e6 / b) } };
}

function detailsOf({ pairs, quartiles, a, b }: Ratio): object {
  return { pairs: pairs.map(round4), quartiles: quartiles.map(round4), subject_micros: Math.round(a), baseline_micros: Math.round(b) };
}
