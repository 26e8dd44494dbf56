import { performance } from 'node:perf_hooks';

/** What one side of a comparison does, in a process of its own. */
export interface Side {
  /** Not measured: make the input, connect, open what is needed. */
  prepare?(): Promise<void> | void;
  /** One measured round. */
  round(): Promise<RoundDone> | RoundDone;
  /** Not measured: end what `prepare` opened, so that the process can end. */
  close?(): Promise<void> | void;
}

export interface RoundDone {
  /** How many photos, sends, rows: figures are per unit. */
  readonly units: number;
  /** CPU of processes this side started itself, µs; see `cpuOfProcess`. */
  readonly childCpuMicros?: number;
  /** Where the bench compares neither CPU nor time (bytes, queries): the round's own figure, per round, not per unit. */
  readonly figure?: number;
}

/** One round as it was measured. All figures are per unit, except `figure`. */
export interface Round {
  /** µs, all threads, children included */
  readonly cpu: number;
  /** µs on the wall */
  readonly wall: number;
  readonly figure?: number;
}

export type Command = 'prepare' | 'round' | 'close';
export type Answer = { readonly done: Command; readonly round?: Round } | { readonly error: string };

/** The main line of a side's script: waits for the parent's commands and obeys, one at a time. */
export function serveSide(side: Side): void {
  process.on('message', (command: Command) => {
    obey(side, command).then(
      (answer) => process.send?.(answer, () => command === 'close' && process.disconnect()),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Answer),
    );
  });
}

async function obey(side: Side, command: Command): Promise<Answer> {
  if (command === 'round') return { done: command, round: await measure(side) };
  await (command === 'prepare' ? side.prepare?.() : side.close?.());
  return { done: command };
}

async function measure(side: Side): Promise<Round> {
  const cpuBefore = process.cpuUsage();
  const wallBefore = performance.now();
  const { units, childCpuMicros = 0, figure } = await side.round();
  const wall = (performance.now() - wallBefore) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpu: (user + system + childCpuMicros) / units, wall: wall / units, figure };
}
