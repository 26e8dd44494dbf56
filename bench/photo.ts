import { script } from './support/abba.js';
import { runBench } from './support/bench.js';

const side = (name: string) => ({ script: script(`./photo/${name}`, import.meta.url) });

runBench({
  name: 'photo',
  unit: 'CPU µs a photo',
  pairs: 12,
  pairsPerProcess: 4,
  warmUp: 1,
  comparisons: [
    { name: 'pipeline to bare sharp chain', subject: side('pipeline'), baseline: side('bare'), atMost: 1.1 },
    { name: 'pipeline to three decodes', subject: side('pipeline'), baseline: side('naive'), atMost: 0.75 },
  ],
});
