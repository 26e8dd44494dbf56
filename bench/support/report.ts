import { cpus, loadavg } from 'node:os';

/** One line of the table in bench/README.md; at most one bound. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly at_most?: number;
  readonly at_least?: number;
  /** All values behind it, and what else the reader may want. */
  readonly details?: object;
}

export interface Report {
  readonly name: string;
  readonly results: readonly Result[];
  /** A/A controls by name. One outside 0.9–1.1 makes the run void. */
  readonly controls?: Readonly<Record<string, number>>;
  readonly figures?: object;
}

const CONTROL = { least: 0.9, most: 1.1 } as const;
const loadBefore = loadavg()[0]!;

/** For benches whose results are of several kinds: words for the reader, then one line of JSON; exit codes as `runBench`. */
export function report({ name, results, controls = {}, figures = {} }: Report): void {
  const isVoid = Object.values(controls).some((control) => !(control >= CONTROL.least && control <= CONTROL.most));
  for (const [control, value] of Object.entries(controls)) say(`  A/A control, ${control}: ${show(value)}`);
  if (isVoid) say('  VOID: the machine is too busy to tell');
  const judged = results.map(judge);
  for (const result of judged) say(`  ${result.name}: ${show(result.value)}${verdict(result)}`);
  if (isVoid) process.exitCode = 2;
  else if (judged.some(({ is_met }) => is_met === false)) process.exitCode = 1;
  const load = { before: loadBefore, after: loadavg()[0]! };
  say(
    JSON.stringify({ name, is_void: isVoid, controls, results: judged, figures, load, cores: cpus().length, node: process.versions.node }),
  );
}

/** The last line of a bench that needs what this machine has not. */
export function reportSkipped(name: string, skipped: string): void {
  say(JSON.stringify({ name, skipped }));
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a noisy machine can tell: four digits. */
export function round4(value: number): number {
  return Number(value.toPrecision(4));
}

interface Judged extends Result {
  readonly is_met?: boolean;
}

function judge(result: Result): Judged {
  const { at_most: most, at_least: least } = result;
  const value = round4(result.value);
  if (most === undefined && least === undefined) return { ...result, value };
  return { ...result, value, is_met: most === undefined ? value >= least! : value <= most };
}

function verdict({ at_most: most, at_least: least, is_met: isMet }: Judged): string {
  if (isMet === undefined) return '';
  return `  goal ${most === undefined ? `≥ ${least}` : `≤ ${most}`}: ${isMet ? 'met' : 'MISSED'}`;
}

function show(value: number): string {
  return String(round4(value));
}
