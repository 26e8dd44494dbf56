import { SideProcess } from './side-process.js';
import type { Round } from './side.js';
import { median, quantile } from './statistics.js';

/** The script beside a bench, built or not: `script('./photo/bare', import.meta.url)`. */
export function script(path: string, from: string): URL {
  return new URL(`${path}${from.slice(from.lastIndexOf('.'))}`, from);
}

/** What is compared: CPU or wall time a unit, or a side's own figure. */
export type Measure = 'cpu' | 'wall' | 'figure';

export interface SideSpec {
  /** The module that calls `serveSide`. */
  readonly script: URL;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ratio {
  /** Median of `pairs`. */
  readonly ratio: number;
  /** a to b, each pair of neighbouring rounds. */
  readonly pairs: readonly number[];
  readonly quartiles: readonly [number, number];
  /** Medians, per unit. */
  readonly a: number;
  readonly b: number;
}

export interface AbbaOptions {
  readonly measure: Measure;
  readonly pairs: number;
  /** Rounds of each side that are not counted: code is compiled, caches fill. */
  readonly warmUp: number;
}

/** Two processes that take turns, A B B A A B B A …: what drifts on the machine meets both alike. */
export async function abba(a: SideSpec, b: SideSpec, { measure, pairs, warmUp }: AbbaOptions): Promise<Ratio> {
  const sides: SideProcess[] = [];
  try {
    for (const { script, env } of [a, b]) sides.push(await SideProcess.start(script, env));
    const [first, second] = sides as [SideProcess, SideProcess];
    for (let round = 0; round < warmUp; round += 1) for (const side of sides) await side.round();
    const as: number[] = [];
    const bs: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const order = pair % 2 === 0 ? [first, second] : [second, first];
      for (const side of order) (side === first ? as : bs).push(figureOf(await side.round(), measure));
    }
    const ratios = as.map((value, pair) => value / bs[pair]!);
    return {
      ratio: median(ratios),
      pairs: ratios,
      quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
      a: median(as),
      b: median(bs),
    };
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

function figureOf(round: Round, measure: Measure): number {
  const value = round[measure];
  if (value === undefined) throw new Error(`a side gave no ${measure}`);
  return value;
}
