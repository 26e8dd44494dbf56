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
  /** At least 7, so that a disturbed pair or two do not move the median. */
  readonly pairs: number;
  /** Rounds of each side that are not counted: code is compiled, caches fill. */
  readonly warmUp: number;
  /**
   * After so many pairs both sides start anew; by default never. A process keeps the luck of its memory layout (± 5 % of a
   * CPU-bound round): several of them average it out.
   */
  readonly pairsPerProcess?: number;
}

/** Two sides that take turns, A B B A A B B A …, each in a process of its own: what drifts on the machine meets both alike. */
export async function abba(a: SideSpec, b: SideSpec, options: AbbaOptions): Promise<Ratio> {
  const { pairs, pairsPerProcess = pairs } = options;
  const rounds: Pair[] = [];
  while (rounds.length < pairs) rounds.push(...(await inFreshProcesses(a, b, Math.min(pairsPerProcess, pairs - rounds.length), options)));
  const ratios = rounds.map((pair) => pair.a / pair.b);
  return {
    ratio: median(ratios),
    pairs: ratios,
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    a: median(rounds.map((pair) => pair.a)),
    b: median(rounds.map((pair) => pair.b)),
  };
}

interface Pair {
  readonly a: number;
  readonly b: number;
}

async function inFreshProcesses(a: SideSpec, b: SideSpec, pairs: number, { measure, warmUp }: AbbaOptions): Promise<Pair[]> {
  const sides: SideProcess[] = [];
  try {
    for (const { script, env } of [a, b]) sides.push(await SideProcess.start(script, env));
    const [sideA, sideB] = sides as [SideProcess, SideProcess];
    for (let round = 0; round < warmUp; round += 1) for (const side of sides) await side.round();
    const rounds: Pair[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const isAFirst = pair % 2 === 0;
      const first = figureOf(await (isAFirst ? sideA : sideB).round(), measure);
      const second = figureOf(await (isAFirst ? sideB : sideA).round(), measure);
      rounds.push(isAFirst ? { a: first, b: second } : { a: second, b: first });
    }
    return rounds;
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

function figureOf(round: Round, measure: Measure): number {
  const value = round[measure];
  if (value === undefined) throw new Error(`a side gave no ${measure}`);
  return value;
}
