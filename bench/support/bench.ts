import { cpus, loadavg } from 'node:os';
import { abba, type Measure, type Ratio, type SideSpec } from './abba.js';

/** One line of the table in bench/README.md. */
export interface Comparison {
  readonly name: string;
  readonly subject: SideSpec;
  readonly baseline: SideSpec;
  /** The goal: subject to baseline. Left out for a figure that is only reported. */
  readonly atMost?: number;
}

export interface Bench {
  readonly name: string;
  readonly measure?: Measure;
  /** What `a` and `b` of the result count, such as `CPU µs a photo`. */
  readonly unit: string;
  readonly comparisons: readonly [Comparison, ...Comparison[]];
  readonly pairs?: number;
  readonly warmUp?: number;
  /** See `AbbaOptions`. */
  readonly pairsPerProcess?: number;
}

const LEAST_PAIRS = 7;
const CONTROL = { least: 0.9, most: 1.1 } as const;

/**
 * The protocol: an A/A control (the first baseline against itself, in two processes) that must land in 0.9–1.1 or nothing
 * counts; each comparison ABBA; words for the reader, then one line of JSON. The exit code is 1 where a goal is missed and 2
 * where the run is void.
 */
export function runBench(bench: Bench): void {
  run(bench).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 2;
  });
}

async function run({ name, unit, comparisons, measure = 'cpu', pairs = 8, warmUp = 2, pairsPerProcess }: Bench): Promise<void> {
  const options = { measure, pairs: Math.max(LEAST_PAIRS, pairs), warmUp, pairsPerProcess };
  const loadBefore = loadavg()[0]!;
  say(`${name}: ${unit}, ${options.pairs} pairs, ${cpus().length} cores, Node ${process.versions.node}, load ${loadBefore.toFixed(2)}`);
  const control = await abba(comparisons[0].baseline, comparisons[0].baseline, options);
  const isVoid = control.ratio < CONTROL.least || control.ratio > CONTROL.most;
  say(line('A/A control', control, unit) + (isVoid ? '  VOID: the machine is too busy to tell' : ''));
  const results = [];
  for (const comparison of comparisons) {
    const result = await abba(comparison.subject, comparison.baseline, options);
    const { atMost } = comparison;
    const isMet = atMost === undefined ? undefined : result.ratio <= atMost;
    say(line(comparison.name, result, unit) + (atMost === undefined ? '' : `  goal ≤ ${atMost}: ${isMet ? 'met' : 'MISSED'}`));
    results.push({ name: comparison.name, at_most: atMost, is_met: isMet, ...rounded(result) });
  }
  if (isVoid) process.exitCode = 2;
  else if (results.some(({ is_met }) => is_met === false)) process.exitCode = 1;
  const load = { before: loadBefore, after: loadavg()[0]! };
  say(
    JSON.stringify({
      name,
      unit,
      measure,
      is_void: isVoid,
      control: rounded(control),
      results,
      load,
      cores: cpus().length,
      node: process.versions.node,
    }),
  );
}

function line(name: string, { ratio, quartiles, a, b }: Ratio, unit: string): string {
  return `  ${name}: ${ratio.toFixed(3)}x (half of the pairs ${quartiles[0].toFixed(3)}–${quartiles[1].toFixed(3)}); ${show(a)} to ${show(b)} ${unit}`;
}

function show(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}

function rounded({ ratio, pairs, quartiles, a, b }: Ratio): object {
  const round = (value: number): number => Number(value.toPrecision(4));
  return { ratio: round(ratio), pairs: pairs.map(round), quartiles: quartiles.map(round), subject: round(a), baseline: round(b) };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
