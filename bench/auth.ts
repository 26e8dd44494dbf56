import { abba, script } from './support/abba.js';
import { report, round4, say } from './support/report.js';
import { SideProcess } from './support/side-process.js';

/** What it costs to know who asks, and what a flood of logins does to everybody else's sends. */
const OPTIONS = { pairs: 7, warmUp: 2 } as const;

const sends = (flood: boolean) => ({ script: script('./auth/sends', import.meta.url), env: { BENCH_FLOOD: flood ? '1' : '0' } });

const micros = await authentication();
say(`  CPU µs to know who asks: ${round4(micros)}`);
const control = await abba(sends(false), sends(false), { ...OPTIONS, measure: 'figure' });
const flooded = await abba(sends(true), sends(false), { ...OPTIONS, measure: 'figure' });
say(`  median send, µs: ${Math.round(flooded.a)} during a flood of logins, ${Math.round(flooded.b)} without`);

report({
  name: 'auth',
  controls: { 'sends without a flood': control.ratio },
  results: [
    { name: 'CPU µs a request to know who asks', value: micros, at_most: 20 },
    {
      name: "a send's median during a flood of logins, to the same without",
      value: flooded.ratio,
      at_most: 1.5,
      details: { pairs: flooded.pairs.map(round4), flooded_micros: Math.round(flooded.a), calm_micros: Math.round(flooded.b) },
    },
  ],
});

/** The least of five rounds: what others take of the machine only adds. */
async function authentication(): Promise<number> {
  const side = await SideProcess.start(script('./auth/authenticate', import.meta.url));
  try {
    const rounds: number[] = [];
    for (let n = 0; n < 5; n += 1) rounds.push((await side.round()).cpu);
    return Math.min(...rounds);
  } finally {
    await side.close();
  }
}
