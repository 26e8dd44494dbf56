import { performance } from 'node:perf_hooks';
import { createLogger, type Log } from '../../src/platform/observability/index.js';

/** The real logger, its lines kept for the test to read. */
export function recordedLog(): { log: Log; logged: () => string } {
  const lines: string[] = [];
  return { log: createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } }), logged: () => lines.join('') };
}

const PATIENCE_MS = 60_000;

/** Asks again until there is an answer. It ends by itself, below jest's own limit: a loop left behind would keep jest alive. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) throw new Error(`nothing within ${PATIENCE_MS / 1000} s: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
