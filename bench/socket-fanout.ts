import { script } from './support/abba.js';
import { runBench } from './support/bench.js';

const side = (name: string, each: number) => ({
  script: script('./socket/fanout', import.meta.url),
  env: { BENCH_SIDE: name, BENCH_EACH: String(each) },
});

/** An event on its way to a person's sockets: looked for, read, serialised once, its head made for each socket. */
runBench({
  name: 'socket-fanout',
  unit: 'CPU µs an event on a socket',
  warmUp: 3,
  comparisons: [
    { name: 'two sockets a person, to bare ws.send', subject: side('gateway', 2), baseline: side('bare', 2), atMost: 1.3 },
    { name: 'twenty sockets a person (the most there may be)', subject: side('gateway', 20), baseline: side('bare', 20), atMost: 1.3 },
    { name: 'one socket a person', subject: side('gateway', 1), baseline: side('bare', 1) },
  ],
});
