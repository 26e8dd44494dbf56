import { performance } from 'node:perf_hooks';
import { ObjectEraser } from '../../src/features/expiry/object-eraser.js';
import { Hours } from '../../src/platform/ids/index.js';
import { createLogger, Metrics } from '../../src/platform/observability/index.js';
import { serveSide } from '../support/side.js';
import { BATCH, inParallel, OBJECTS, openObjectHours, type ObjectHours } from './object-hours.js';

/** Any aligned hour will do: nothing here asks the time. */
const HOUR_MS = 3_600_000;
let label = 0;
let hours: ObjectHours;

/** BENCH_ERASER: `flits` empties an hour by its label alone, and sees that it is empty; `bare` deletes names that it knows. */
const erase = process.env.BENCH_ERASER === 'flits' ? eraseHour : eraseNames;

serveSide({
  prepare: async () => {
    hours = await openObjectHours();
  },
  // Its own figure, µs an object on the wall: filling the hour is no part of it.
  round: async () => {
    label += HOUR_MS;
    const names = await hours.fill(label);
    const started = performance.now();
    await erase(names);
    return { units: OBJECTS, figure: ((performance.now() - started) * 1000) / OBJECTS };
  },
  close: () => hours.close(),
});

async function eraseHour(): Promise<void> {
  const width = new Hours({ bucketSeconds: 3600, ttlSeconds: 259_200 });
  await new ObjectEraser(hours.store, width, new Metrics(), createLogger({ level: 'silent' })).eraseHour(label);
}

async function eraseNames(names: readonly string[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, batch) => names.slice(batch * BATCH, (batch + 1) * BATCH));
  await inParallel(batches, (batch) => hours.bareDelete(batch));
}
