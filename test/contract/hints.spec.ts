import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Secret } from '../../src/platform/config/index.js';
import { InProcessHints, RedisHints, type Hint, type Hints } from '../../src/platform/hints/index.js';
import { Metrics } from '../../src/platform/observability/index.js';
import { recordedLog, until } from './recorded-log.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const redisUrl = process.env.TEST_REDIS_URL;
const { log } = recordedLog();

const adapters: [string, (metrics: Metrics) => Hints][] = [['one process', (metrics) => new InProcessHints(log, metrics)]];
if (redisUrl) adapters.push(['Redis', (metrics) => new RedisHints(new Secret(redisUrl), log, metrics)]);

/** Hears only what is for `personId`: the channel is everybody's. */
class Ear {
  readonly personId = randomUUID();
  readonly heard: Hint[] = [];
  readonly end: () => void;

  constructor(private readonly hints: Hints) {
    this.end = hints.subscribe((hint) => {
      if (hint.kind === 'events' ? hint.personId === this.personId : hint.deviceIds.includes(this.personId)) this.heard.push(hint);
    });
  }

  event(seq: number): Hint {
    return { kind: 'events', personId: this.personId, seq };
  }

  /** Sends probes until one comes back: the connection stands. Forgets them. */
  async opened(through: Hints = this.hints): Promise<this> {
    await until(() => {
      through.publish([this.event(0)]);
      return this.heard.length > 0 ? true : undefined;
    });
    const last = this.event(-1);
    through.publish([last]);
    await until(() => (this.heard.some((hint) => 'seq' in hint && hint.seq === -1) ? true : undefined));
    this.heard.length = 0;
    return this;
  }

  async hears(count: number): Promise<readonly Hint[]> {
    await until(() => (this.heard.length >= count ? true : undefined));
    return this.heard;
  }
}

async function dropped(metrics: Metrics, reason: string): Promise<number> {
  const { values } = await metrics.hintsDropped.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

describe.each(adapters)('Hints on %s', (_name, open) => {
  let metrics: Metrics;
  let hints: Hints;

  beforeEach(() => {
    metrics = new Metrics();
    hints = open(metrics);
  });
  afterEach(() => hints.close());

  it('brings every hint to every listener, in order, after the announcer has gone on', async () => {
    const [one, other] = [await new Ear(hints).opened(), await new Ear(hints).opened()];
    const said = Array.from({ length: 1000 }, (_, index) => one.event(index + 1));
    hints.publish(said.slice(0, 10));
    hints.publish([other.event(1), { kind: 'sessions_ended', deviceIds: [other.personId, 'd'] }]);
    hints.publish(said.slice(10));
    expect(one.heard).toEqual([]);
    expect(await one.hears(1000)).toEqual(said);
    expect(await other.hears(2)).toEqual([other.event(1), { kind: 'sessions_ended', deviceIds: [other.personId, 'd'] }]);
  });

  it('carries the id of the request', async () => {
    const ear = await new Ear(hints).opened();
    hints.publish([{ kind: 'events', personId: ear.personId, seq: 7, requestId: 'r-7' }]);
    expect(await ear.hears(1)).toEqual([{ kind: 'events', personId: ear.personId, seq: 7, requestId: 'r-7' }]);
  });

  it('a listener that throws is counted and keeps no other from hearing', async () => {
    const ends = hints.subscribe(() => {
      throw new Error('no');
    });
    const ear = await new Ear(hints).opened();
    hints.publish([ear.event(1)]);
    expect(await ear.hears(1)).toHaveLength(1);
    expect(await dropped(metrics, 'listener')).toBeGreaterThan(0);
    ends();
  });

  it('an ended subscription hears no more', async () => {
    const [ended, ear] = [await new Ear(hints).opened(), await new Ear(hints).opened()];
    ended.end();
    hints.publish([ended.event(1), ear.event(1)]);
    await ear.hears(1);
    expect(ended.heard).toEqual([]);
  });
});

(redisUrl ? describe : describe.skip)('Hints between processes', () => {
  let proxy: TcpProxy;
  let metrics: Metrics;
  let here: RedisHints;
  let there: RedisHints;
  let admin: Redis;

  beforeEach(async () => {
    admin = new Redis(redisUrl ?? '');
    proxy = await TcpProxy.open(redisUrl ?? '', 6379);
    metrics = new Metrics();
    here = new RedisHints(new Secret(proxy.url), log, metrics);
    there = new RedisHints(new Secret(redisUrl ?? ''), log, new Metrics());
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    await proxy.close();
    await admin.quit();
  });

  it('reaches the other process, many hints in one message', async () => {
    const ear = await new Ear(there).opened(here);
    const messages: string[] = [];
    const spy = new Redis(redisUrl ?? '');
    await spy.subscribe('flits:hints');
    spy.on('message', (_channel, message) => void (message.includes(ear.personId) && messages.push(message)));
    const said = Array.from({ length: 600 }, (_, index) => ear.event(index + 1));
    for (const hint of said) here.publish([hint]);
    expect(await ear.hears(600)).toEqual(said);
    await until(() => (messages.flatMap((message) => JSON.parse(message) as Hint[]).length === 600 ? true : undefined));
    expect(messages.map((message) => (JSON.parse(message) as Hint[]).length)).toEqual([256, 256, 88]);
    await spy.quit();
  });

  it('leaves out and counts what is no hint', async () => {
    const ear = await new Ear(here).opened();
    const good = ear.event(5);
    for (const message of [
      '',
      'null',
      '{"kind":"events"}',
      '[1,{"kind":"gossip"},{"kind":"events","personId":3}]',
      JSON.stringify([{ kind: 'x' }, good]),
    ]) {
      await admin.publish('flits:hints', message);
    }
    expect(await ear.hears(1)).toEqual([good]);
    expect(await dropped(metrics, 'malformed')).toBe(7);
  });

  it.each(['cut', 'hang'] as const)('drops and counts while Redis is away (%s), within bounds, and comes back', async (how) => {
    const ear = await new Ear(here).opened();
    proxy[how]();
    for (let index = 0; index < 100; index += 1) here.publish(Array.from({ length: 256 }, () => ear.event(9)));
    await until(async () => ((await dropped(metrics, 'away')) + (await dropped(metrics, 'full')) >= 100 * 256 ? true : undefined));
    if (how === 'hang') expect(await dropped(metrics, 'full')).toBe(36 * 256);
    proxy.heal();
    await ear.opened();
    const other = await new Ear(there).opened(here);
    here.publish([other.event(3)]);
    expect(await other.hears(1)).toEqual([other.event(3)]);
  });
});
