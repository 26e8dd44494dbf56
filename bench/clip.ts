import { script } from './support/abba.js';
import { runBench } from './support/bench.js';

const side = (name: string) => ({ script: script(`./clip/${name}`, import.meta.url) });

runBench({
  name: 'clip',
  unit: 'CPU µs a clip-second',
  pairs: 7,
  pairsPerProcess: 4,
  warmUp: 1,
  comparisons: [
    { name: 'transcode to bare ffmpeg', subject: side('transcode'), baseline: side('bare'), atMost: 1.1 },
    { name: 'a conforming minute copied, to the same transcoded', subject: side('copy'), baseline: side('minute'), atMost: 1 / 50 },
  ],
});
