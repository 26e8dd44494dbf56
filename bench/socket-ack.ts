import { script } from './support/abba.js';
import { runBench } from './support/bench.js';

const side = (name: string) => ({ script: script('./socket/ack', import.meta.url), env: { BENCH_SIDE: name } });

/** An event out and its ack in, without the batched write of acks, to a bare echo of the same sizes. */
runBench({
  name: 'socket-ack',
  unit: 'CPU µs an exchange',
  warmUp: 3,
  comparisons: [{ name: 'event and ack, to a bare echo', subject: side('gateway'), baseline: side('bare'), atMost: 1.5 }],
});
