import { performance } from 'node:perf_hooks';

/**
 * Lets one line through each `everyMs` and counts the rest: a backend that is away fails thousands of times a second, and
 * the log must not become the second outage.
 * @returns a function that logs or counts; what it was given last time is not kept
 */
export function sparingly(everyMs: number, write: (error: unknown, suppressed: number) => void): (error: unknown) => void {
  let suppressed = 0;
  let next = 0;
  return (error) => {
    const now = performance.now();
    if (now < next) {
      suppressed += 1;
      return;
    }
    next = now + everyMs;
    write(error, suppressed);
    suppressed = 0;
  };
}
