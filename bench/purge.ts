import { compareObjects } from './purge/compare-objects.js';
import type { Cost } from './purge/cost.js';
import { closeHour, deleteHour, type Closed, type Deleted } from './purge/end-hour.js';
import { fillPastHour } from './purge/fill-hour.js';
import { setStage, type Stage } from './purge/stage.js';
import { report, round4, say, type Result } from './support/report.js';
import { Scratch } from './support/scratch.js';
import { median } from './support/statistics.js';

/**
 * The end of an hour against DELETE of the same rows; then its objects against bare batches. An hour of 1M takes a minute to
 * fill and the ratios are far from what noise can do, so it is met three times for each side (BENCH_SNAPS for another size).
 * Judged by CPU of PostgreSQL and of this process together; times on the wall stand beside it.
 */
const MANY = Number(process.env.BENCH_SNAPS ?? 1_000_000);
const FEW = 1000;
const ROUNDS = 3;
const CONTROL_SNAPS = 50_000;
const CONTROL_PAIRS = 8;

await Scratch.with(async (scratch) => {
  const stage = await setStage(scratch);
  const few: Closed[] = [];
  const many: Closed[] = [];
  const deletes: Deleted[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // A B, B A, A B: neither always comes first.
    const turns = [() => closeTurn(stage, few, many), () => deleteTurn(stage, deletes)];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    const [ours, theirs] = [many.at(-1)!, deletes.at(-1)!];
    say(
      `  round ${round + 1}: unreachable after ${show(ours.unreachable)}, dropped ${show(ours.dropped)}; DELETE ${show(theirs.deleted)}, with VACUUM ${show(theirs.vacuumed)}`,
    );
  }
  const control = await deleteControl(stage);
  const objects = await compareObjects(scratch);
  report({
    name: 'purge',
    controls: { [`DELETE + VACUUM of ${CONTROL_SNAPS}`]: control, ...objects.controls },
    results: [...rowResults(few, many, deletes), ...objects.results],
    figures: {
      snaps: MANY,
      is_cached: process.env.BENCH_CACHED === '1',
      closed: many.map(rounded),
      closed_small: few.map(rounded),
      deleted: deletes.map(rounded),
    },
  });
});

/** A large hour between small ones, so that all of them meet the same connections and caches; the first one only warms them. */
async function closeTurn(stage: Stage, few: Closed[], many: Closed[]): Promise<void> {
  const [warmUp, before, after] = [await fillPastHour(stage, FEW), await fillPastHour(stage, FEW), await fillPastHour(stage, FEW)];
  const large = await fillPastHour(stage, MANY);
  await stage.growOld();
  await closeHour(stage, warmUp);
  few.push(await closeHour(stage, before));
  many.push(await closeHour(stage, large));
  few.push(await closeHour(stage, after));
}

async function deleteTurn(stage: Stage, deletes: Deleted[]): Promise<void> {
  const label = await fillPastHour(stage, MANY);
  await stage.growOld();
  deletes.push(await deleteHour(stage, label));
}

function rowResults(few: readonly Closed[], many: readonly Closed[], deletes: readonly Deleted[]): Result[] {
  const wal = { ours: median(many.map(({ walBytes }) => walBytes)), theirs: median(deletes.map(({ walBytes }) => walBytes)) };
  return [
    ratio(
      'unreachable to DELETE',
      many.map((row) => row.unreachable),
      deletes.map((row) => row.deleted),
      1 / 50,
    ),
    ratio(
      `unreachable, ${MANY} to ${FEW}`,
      many.map((row) => row.unreachable),
      few.map((row) => row.unreachable),
      1.5,
    ),
    ratio(
      'dropped to DELETE + VACUUM',
      many.map((row) => row.dropped),
      deletes.map((row) => row.vacuumed),
      1 / 50,
    ),
    { name: 'WAL to DELETE + VACUUM', value: wal.ours / wal.theirs, at_most: 0.01, details: wal },
    { name: `leaves of an hour of ${MANY}`, value: Math.max(...many.map(({ leaves }) => leaves)), at_most: 1 },
  ];
}

function ratio(name: string, ours: readonly Cost[], theirs: readonly Cost[], at_most: number): Result {
  const [a, b] = [medians(ours), medians(theirs)];
  return {
    name,
    value: a.cpu / b.cpu,
    at_most,
    details: { wall_ratio: round4(a.wall / b.wall), ours_ms: rounded(a), theirs_ms: rounded(b) },
  };
}

function medians(costs: readonly Cost[]): Cost {
  return { wall: median(costs.map(({ wall }) => wall)), cpu: median(costs.map(({ cpu }) => cpu)) };
}

/** Two identical DELETEs at a smaller size, in turns: what this machine's noise makes of the same work. */
async function deleteControl(stage: Stage): Promise<number> {
  const ratios: number[] = [];
  for (let pair = 0; pair < CONTROL_PAIRS; pair += 1) {
    const labels = [await fillPastHour(stage, CONTROL_SNAPS), await fillPastHour(stage, CONTROL_SNAPS)] as const;
    await stage.growOld();
    const first = (await deleteHour(stage, labels[0])).vacuumed.cpu;
    const second = (await deleteHour(stage, labels[1])).vacuumed.cpu;
    ratios.push(pair % 2 === 0 ? first / second : second / first);
  }
  return median(ratios);
}

function show({ wall, cpu }: Cost): string {
  return `${Math.round(wall)} ms (CPU ${Math.round(cpu)})`;
}

/** Four digits of every number in a plain object. */
function rounded(row: object): object {
  return JSON.parse(JSON.stringify(row), (_, value: unknown) => (typeof value === 'number' ? round4(value) : value)) as object;
}
