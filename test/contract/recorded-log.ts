import { createLogger, type Log } from '../../src/platform/observability/index.js';

/** The real logger, its lines kept for the test to read. */
export function recordedLog(): { log: Log; logged: () => string } {
  const lines: string[] = [];
  return { log: createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } }), logged: () => lines.join('') };
}

/** Asks again until there is an answer; jest's time limit ends it. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
