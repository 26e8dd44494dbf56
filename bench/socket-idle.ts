import { abba, script, type AbbaOptions } from './support/abba.js';
import { report, round4, say } from './support/report.js';

/** What an identified socket that is quiet holds of memory, to a bare `ws` socket. */
const side = (name: string) => ({ script: script('./socket/idle', import.meta.url), env: { BENCH_SIDE: name } });
const options: AbbaOptions = { measure: 'figure', pairs: 7, warmUp: 0, pairsPerProcess: 1 };

const control = await abba(side('bare'), side('bare'), options);
const idle = await abba(side('gateway'), side('bare'), options);
say(`  bytes a socket: ${Math.round(idle.a)} to ${Math.round(idle.b)} bare`);
report({
  name: 'socket-idle',
  controls: { 'bare ws': control.ratio },
  results: [
    {
      name: 'memory of an identified idle socket, to a bare one',
      value: idle.ratio,
      at_most: 1.25,
      details: { pairs: idle.pairs.map(round4) },
    },
    { name: 'KiB of an identified idle socket', value: idle.a / 1024, at_most: 10, details: { bare: round4(idle.b / 1024) } },
  ],
});
