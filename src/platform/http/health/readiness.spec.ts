import { Clock } from '../../clock/index.js';
import type { Log } from '../../observability/index.js';
import { Readiness } from './readiness.js';

class FixedClock extends Clock {
  time = 1_000_000;
  override now(): number {
    return this.time;
  }
}

function readinessOf(...states: [name: string, check: () => Promise<void>][]) {
  const lines: string[] = [];
  const log = {
    error: (_: object, message: string) => lines.push(message),
    info: (_: object, message: string) => lines.push(message),
  } as unknown as Log;
  const clock = new FixedClock();
  const readiness = new Readiness(clock, log);
  for (const [name, check] of states) readiness.register({ name, check });
  return { readiness, clock, lines };
}

describe('readiness', () => {
  it('is ready when every part is', async () => {
    const { readiness } = readinessOf(['postgres', async () => {}], ['redis', async () => {}]);
    expect(await readiness.report()).toEqual({ ready: true, parts: { postgres: 'up', redis: 'up' } });
  });

  it('names what is away and nothing of why; the log hears it once', async () => {
    const { readiness, clock, lines } = readinessOf(
      ['postgres', async () => {}],
      ['redis', () => Promise.reject(new Error('secret host'))],
    );
    const report = await readiness.report();
    expect(report).toEqual({ ready: false, parts: { postgres: 'up', redis: 'away' } });
    clock.time += 5000;
    await readiness.report();
    expect(lines).toEqual(['a part is away']);
  });

  it('asks at most once a second', async () => {
    let asked = 0;
    const { readiness, clock } = readinessOf(['postgres', async () => void (asked += 1)]);
    await Promise.all([readiness.report(), readiness.report()]);
    await readiness.report();
    expect(asked).toBe(1);
    clock.time += 1000;
    await readiness.report();
    expect(asked).toBe(2);
  });

  it('counts a part that does not answer as away', async () => {
    jest.useFakeTimers();
    try {
      const { readiness } = readinessOf(['key_vault', () => new Promise(() => {})]);
      const report = readiness.report();
      await jest.advanceTimersByTimeAsync(2000);
      expect(await report).toEqual({ ready: false, parts: { key_vault: 'away' } });
    } finally {
      jest.useRealTimers();
    }
  });

  it('is not ready once it leaves', async () => {
    const { readiness } = readinessOf(['postgres', async () => {}]);
    readiness.leave();
    expect((await readiness.report()).ready).toBe(false);
  });
});
