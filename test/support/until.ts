import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for something that announces itself to nobody: asks every 10 ms until the answer is neither false nor undefined.
 * @throws when it never is, naming what was awaited
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  patienceMs = 60_000,
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`in ${patienceMs} ms there was no ${what}`);
    await delay(10);
  }
}
