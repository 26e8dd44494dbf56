import { abba, script, type AbbaOptions } from './support/abba.js';
import { findRedisServer, startRedis } from './support/own-redis.js';
import { report, reportSkipped, round4, say } from './support/report.js';
import { Scratch } from './support/scratch.js';

/** What a hint costs Redis: batched for a few milliseconds, against a PUBLISH each. */
const options: AbbaOptions = { measure: 'figure', pairs: 8, warmUp: 1 };

const command = findRedisServer();
if (command) await Scratch.with((scratch) => measure(scratch, command));
else reportSkipped('hints', 'redis-server is not on PATH (Debian: apt-get install redis-server), and REDIS_SERVER names none');

async function measure(scratch: Scratch, redisServer: string): Promise<void> {
  // A server for each side: the subscribers of one must not hear the other.
  const side = async (name: string) => ({
    script: script('./hints/publish', import.meta.url),
    env: { BENCH_SIDE: name, BENCH_REDIS: await startRedis(scratch, redisServer) },
  });
  const control = await abba(await side('each'), await side('each'), options);
  const batched = await abba(await side('batched'), await side('each'), options);
  say(`  Redis CPU µs a hint: ${round4(batched.a)} to ${round4(batched.b)}`);
  report({
    name: 'hints',
    controls: { 'a PUBLISH each': control.ratio },
    results: [
      {
        name: 'Redis CPU a hint, batched, to a PUBLISH each',
        value: batched.ratio,
        at_most: 0.3,
        details: { pairs: batched.pairs.map(round4), micros: round4(batched.a), micros_each: round4(batched.b) },
      },
    ],
  });
}
