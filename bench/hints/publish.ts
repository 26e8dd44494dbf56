import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { RedisHints } from '../../src/platform/hints/redis-hints.js';
import { writeHints } from '../../src/platform/hints/wire.js';
import { Secret } from '../../src/platform/config/index.js';
import { Metrics } from '../../src/platform/observability/index.js';
import { serveSide } from '../support/side.js';

/**
 * Hints at a rate that Redis has to work for, heard by one node. BENCH_SIDE: batched, as they ship; or a PUBLISH each. Figure: CPU
 * µs of Redis a hint.
 */
const HINTS = 20_000;
const A_MILLISECOND = 20;
const CHANNEL = 'flits:hints';
const IS_BATCHED = process.env.BENCH_SIDE === 'batched';
const url = process.env.BENCH_REDIS ?? '';

const redis = new Redis(url);
const subscriber = new Redis(url);
const hints = IS_BATCHED ? new RedisHints(new Secret(url), pino({ level: 'silent' }), new Metrics()) : undefined;
const hintOf = (n: number) => ({ kind: 'events' as const, personId: `7b1d0c5e-53f0-4c8e-9d3a-${String(n).padStart(12, '0')}`, seq: n });
let heard = 0;

serveSide({
  prepare: async () => {
    if (hints) {
      hints.subscribe(() => (heard += 1));
      await subscribed();
    } else {
      subscriber.on('message', () => (heard += 1));
      await subscriber.subscribe(CHANNEL);
    }
  },
  round: async () => {
    const before = await redisCpu();
    const upTo = heard + HINTS;
    for (let n = 0; n < HINTS;) {
      for (const end = n + A_MILLISECOND; n < end; n += 1) {
        if (hints) hints.publish([hintOf(n)]);
        else void redis.publish(CHANNEL, writeHints([hintOf(n)]));
      }
      await delay(1);
    }
    while (heard < upTo) await delay(5);
    return { units: HINTS, figure: ((await redisCpu()) - before) / HINTS };
  },
  close: async () => {
    await hints?.close();
    await Promise.all([redis.quit(), subscriber.quit()]);
  },
});

/** The adapter subscribes by itself; the first hint that is heard says that it has. */
async function subscribed(): Promise<void> {
  while (heard === 0) {
    hints?.publish([hintOf(0)]);
    await delay(20);
  }
  await delay(100);
  heard = 0;
}

/** User and system time of the server so far, µs. */
async function redisCpu(): Promise<number> {
  const info = await redis.info('cpu');
  const seconds = ['used_cpu_user', 'used_cpu_sys'].map((name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]));
  return seconds.reduce((sum, part) => sum + part, 0) * 1e6;
}
