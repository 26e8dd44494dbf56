import { abba, script } from '../support/abba.js';
import { round4, say, type Result } from '../support/report.js';
import type { Scratch } from '../support/scratch.js';

const OPTIONS = { measure: 'figure', pairs: 8, warmUp: 1 } as const;

/** Rates of deletion: an hour emptied by its label against batches of names that are known. On S3 where TEST_S3_ENDPOINT names one. */
export async function compareObjects(scratch: Scratch): Promise<{ results: Result[]; controls: Record<string, number> }> {
  const results: Result[] = [];
  const controls: Record<string, number> = {};
  for (const store of process.env.TEST_S3_ENDPOINT ? ['folder', 's3'] : ['folder']) {
    const side = (eraser: string) => ({
      script: script('./object-side', import.meta.url),
      env: { BENCH_STORE: store, BENCH_ERASER: eraser, BENCH_FOLDER: folder },
    });
    const folder = await scratch.folder();
    say(`  objects, ${store}`);
    controls[`objects, ${store}`] = (await abba(side('bare'), side('bare'), OPTIONS)).ratio;
    const { ratio, pairs, a, b } = await abba(side('flits'), side('bare'), OPTIONS);
    results.push({
      name: `objects, ${store}: rate to bare batches`,
      value: 1 / ratio,
      at_least: 0.8,
      details: { pairs: pairs.map((pair) => round4(1 / pair)), objects_a_second: Math.round(1e6 / a), bare: Math.round(1e6 / b) },
    });
  }
  return { results, controls };
}
