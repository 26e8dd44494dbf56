import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { Secret } from '../../src/platform/config/index.js';
import { Fault } from '../../src/platform/faults/index.js';
import { limits, MemoryLimiter, RedisLimiter, type Limiter, type LimiterOptions, type LimitName } from '../../src/platform/limits/index.js';
import { recordedLog, until } from './recorded-log.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const redisUrl = process.env.TEST_REDIS_URL;
const { log, logged } = recordedLog();

const adapters: [string, (options?: LimiterOptions) => Promise<Limiter>][] = [
  ['memory', (options) => Promise.resolve(new MemoryLimiter(options))],
];
if (redisUrl) adapters.push(['Redis', (options) => opened(new RedisLimiter(new Secret(redisUrl), log, options))]);

/** A Redis limiter that is ready: it fails closed until its connection stands. */
async function opened(limiter: Limiter): Promise<Limiter> {
  return until(async () => ((await outcomeOf(limiter, 'sign_up', randomUUID())) === 'passed' ? limiter : undefined));
}

async function outcomeOf(limiter: Limiter, name: LimitName, key: string): Promise<'passed' | Fault> {
  try {
    await limiter.consume(name, key);
    return 'passed';
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

describe.each(adapters)('Limiter on %s', (_name, open) => {
  let limiter: Limiter;

  beforeEach(async () => {
    limiter = await open();
  });
  afterEach(() => limiter.close());

  async function passes(name: LimitName, key: string, of: number): Promise<number> {
    const outcomes = await Promise.all(Array.from({ length: of }, () => outcomeOf(limiter, name, key)));
    return outcomes.filter((outcome) => outcome === 'passed').length;
  }

  it('R43: lets exactly as many through as the table says, also when they come at once', async () => {
    expect(await passes('login', `address:${randomUUID()}`, 130)).toBe(limits.login.points);
    expect(await passes('login_handle', `handle:${randomUUID()}`, 50)).toBe(10);
  });

  it('R43: refuses with a code, words and the seconds to wait', async () => {
    const key = `handle:${randomUUID()}`;
    await passes('login_handle', key, 10);
    const refusal = await outcomeOf(limiter, 'login_handle', key);
    expect(refusal).toBeInstanceOf(Fault);
    expect(refusal).toMatchObject({ code: 'rate_limited', extra: { retryAfterSeconds: expect.any(Number) as number } });
    const { retryAfterSeconds } = (refusal as Fault).extra;
    expect(retryAfterSeconds).toBeGreaterThan(590);
    expect(retryAfterSeconds).toBeLessThanOrEqual(600);
  });

  it('counts each key and each limit for itself', async () => {
    const [one, other] = [`person:${randomUUID()}`, `person:${randomUUID()}`];
    expect(await passes('friend_request', one, 25)).toBe(20);
    expect(await passes('friend_request', other, 1)).toBe(1);
    expect(await passes('look_up', one, 1)).toBe(1);
  });

  it('R37: what is given back does not count', async () => {
    const key = `person:${randomUUID()}`;
    expect(await passes('friend_code_try', key, 4)).toBe(4);
    await limiter.giveBack('friend_code_try', key);
    expect(await passes('friend_code_try', key, 9)).toBe(2);
  });

  it('scales every capacity, for tests and benches, and never to nothing', async () => {
    const [double, hardly] = [await open({ scale: 2 }), await open({ scale: 0.001 })];
    const [kept, key] = [limiter, `person:${randomUUID()}`];
    limiter = double;
    expect(await passes('friend_request', key, 50)).toBe(40);
    limiter = hardly;
    expect(await passes('friend_request', `person:${randomUUID()}`, 5)).toBe(1);
    limiter = kept;
    await Promise.all([double.close(), hardly.close()]);
  });

  it('keeps a budget of the day beside the one of the minute', async () => {
    const slow = await open({ scale: 0.04 }); // 2 uploads a minute, 60 a day
    const key = `person:${randomUUID()}`;
    const refusal = await Promise.all([1, 2, 3].map(() => outcomeOf(slow, 'upload', key)));
    expect(refusal.filter((outcome) => outcome === 'passed')).toHaveLength(2);
    await slow.close();
  });
});

describe('Limiter in memory, over time', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('starts a new window when the old one is over, but not a new day', async () => {
    const limiter = new MemoryLimiter();
    let passed = 0;
    for (let minute = 0; minute < 30; minute += 1) {
      for (let call = 0; call < 60; call += 1) if ((await outcomeOf(limiter, 'upload', 'person:p')) === 'passed') passed += 1;
      await jest.advanceTimersByTimeAsync(60_001);
    }
    expect(passed).toBe(1500);
    const refusal = await outcomeOf(limiter, 'upload', 'person:p');
    expect((refusal as Fault).extra.retryAfterSeconds).toBeGreaterThan(80_000);
    await jest.advanceTimersByTimeAsync(86_400_000);
    expect(await outcomeOf(limiter, 'upload', 'person:p')).toBe('passed');
  });
});

(redisUrl ? describe : describe.skip)('Limiter on a Redis that fails', () => {
  let proxy: TcpProxy;
  let limiter: Limiter;
  let admin: Redis;

  beforeAll(async () => {
    admin = new Redis(redisUrl ?? '');
    proxy = await TcpProxy.open(redisUrl ?? '', 6379);
    limiter = await opened(new RedisLimiter(new Secret(proxy.url), log, { hashKey: Buffer.from('a key of the test') }));
  });
  afterAll(async () => {
    await limiter.close();
    await proxy.close();
    await admin.quit();
  });

  it.each(['cut', 'hang'] as const)('R37: closed limits refuse, open ones pass, at once (%s), and it comes back', async (how) => {
    proxy[how]();
    const started = performance.now();
    expect(await outcomeOf(limiter, 'read', `person:${randomUUID()}`)).toBe('passed');
    expect(await outcomeOf(limiter, 'login', `address:${randomUUID()}`)).toMatchObject({
      code: 'unavailable',
      extra: { retryAfterSeconds: 5 },
    });
    // Twice half a second and what a busy machine adds.
    expect(performance.now() - started).toBeLessThan(3000);
    expect(logged()).toContain('limits cannot be counted');
    proxy.heal();
    await opened(limiter);
  });

  it('R27, R33: Redis holds no address or handle, and every key dies by itself', async () => {
    const address = `address:203.0.113.${Math.floor(Math.random() * 256)}-${randomUUID()}`;
    const before = new Set(await admin.keys('flits:limit:*'));
    await limiter.consume('login', address);
    await limiter.consume('upload', address);
    const made = (await admin.keys('flits:limit:*')).filter((key) => !before.has(key) && /:(login|upload)/.test(key));
    expect(made.length).toBeGreaterThanOrEqual(3);
    expect(made.join(' ')).not.toContain(address.slice(8, 20));
    for (const key of made) expect(await admin.pttl(key)).toBeGreaterThan(0);
  });

  it('counts for all processes together', async () => {
    const neighbour = await opened(new RedisLimiter(new Secret(redisUrl ?? ''), log, { hashKey: Buffer.from('a key of the test') }));
    const key = `handle:${randomUUID()}`;
    for (let call = 0; call < 5; call += 1) {
      await limiter.consume('login_handle', key);
      await neighbour.consume('login_handle', key);
    }
    await expect(neighbour.consume('login_handle', key)).rejects.toMatchObject({ code: 'rate_limited' });
    await neighbour.close();
  });
});
