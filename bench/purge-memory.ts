import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { entities } from '../src/app/entities.js';
import { erasables } from '../src/app/erasables.js';
import { bringUpServices } from '../src/app/services.js';
import { HourMaker } from '../src/features/expiry/index.js';
import { createLogger, Metrics } from '../src/platform/observability/index.js';
import { Platform } from '../src/platform/platform.js';
import { benchConfig } from './support/bench-config.js';
import { findRedisServer, startRedis } from './support/own-redis.js';
import { startPostgres } from './support/postgres.js';
import { report, reportSkipped, say } from './support/report.js';
import { Scratch } from './support/scratch.js';

/** What Redis holds so that 100k snaps end in time: one job for each hour there is, against one delayed BullMQ job each. */
const SNAPS = 100_000;
const BULK = 1000;
const LIFE_MS = 72 * 3_600_000;

const command = findRedisServer();
if (command) await Scratch.with((scratch) => measure(scratch, command));
else reportSkipped('purge-memory', 'redis-server is not on PATH (Debian: apt-get install redis-server), and REDIS_SERVER names none');

async function measure(scratch: Scratch, redisServer: string): Promise<void> {
  const hours = await hourJobs(scratch, await startRedis(scratch, redisServer));
  say(`  one job an hour: ${hours.jobs} jobs, ${hours.bytes} bytes, whatever the number of snaps`);
  const each = await jobEach(await startRedis(scratch, redisServer));
  const again = await jobEach(await startRedis(scratch, redisServer));
  say(`  one job a snap: ${SNAPS} jobs, ${each} bytes`);
  report({
    name: 'purge-memory',
    controls: { 'one job a snap, twice': again / each },
    results: [
      { name: `Redis bytes for ${SNAPS} snaps`, value: hours.bytes / each, at_most: 0.01, details: { ours: hours.bytes, theirs: each } },
    ],
    figures: { hour_jobs: hours.jobs, bytes_an_hour_job: Math.round(hours.bytes / hours.jobs), bytes_a_snap_job: Math.round(each / SNAPS) },
  });
}

/** The hour-maker itself, with the queue on Redis: it makes every hour that a send could need, and a job for each. */
async function hourJobs(scratch: Scratch, redisUrl: string): Promise<{ jobs: number; bytes: number }> {
  const urls = await (await startPostgres(scratch)).createDatabase('purge_memory');
  const log = createLogger({ level: 'warn' });
  const overrides = { REDIS_URL: redisUrl, DATABASE_URL: urls.appUrl.reveal(), DATABASE_OWNER_URL: urls.ownerUrl.reveal() };
  const { config } = await bringUpServices(benchConfig(await scratch.folder(), overrides), log);
  const platform = scratch.keep(await Platform.open({ config, log, metrics: new Metrics(), entities, erasables }), (open) => open.close());
  const { database, vault, clock, hours, queue } = platform;
  const before = await dataBytes(redisUrl);
  await new HourMaker(database, vault, clock, hours, queue).ensureAhead();
  const bytes = (await dataBytes(redisUrl)) - before;
  const [row] = await database.query<{ jobs: number }>('SELECT count(*)::int AS jobs FROM hours');
  return { jobs: row!.jobs, bytes };
}

/** The barest delayed job: an id, nothing kept when it is done. @returns bytes */
async function jobEach(redisUrl: string): Promise<number> {
  const queue = new Queue('expire', { connection: { url: redisUrl }, defaultJobOptions: { removeOnComplete: true } });
  await queue.waitUntilReady();
  const before = await dataBytes(redisUrl);
  for (let at = 0; at < SNAPS; at += BULK) {
    await queue.addBulk(Array.from({ length: BULK }, (_, n) => jobFor(at + n)));
  }
  const bytes = (await dataBytes(redisUrl)) - before;
  if ((await queue.getDelayedCount()) !== SNAPS) throw new Error('not every job was added');
  await queue.close();
  return bytes;
}

function jobFor(snap: number) {
  const snapId = `0199d3a2-e480-8000-8000-${snap.toString(16).padStart(12, '0')}`;
  return { name: 'snap.expire', data: { snapId }, opts: { delay: Math.ceil((LIFE_MS * (snap + 1)) / SNAPS) } };
}

/** What Redis has allocated, without the buffers of its connections. */
async function dataBytes(url: string): Promise<number> {
  const client = new Redis(url);
  const info = await client.info('memory');
  await client.quit();
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return field('used_memory') - field('mem_clients_normal');
}
