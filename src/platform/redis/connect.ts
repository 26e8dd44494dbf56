import { Redis } from 'ioredis';
import type { Secret } from '../config/index.js';
import { sparingly, type Log } from '../observability/index.js';

const MAX_RETRY_MS = 2000;
const LOG_EVERY_MS = 10_000;
const COMMAND_MS = 500;
const WATCH_EVERY_MS = 2000;
const WATCH_ANSWER_MS = 1500;

/**
 * One connection to Redis that comes back by itself.
 *
 * `failFast`: a command is refused at once while the connection is down, and after half a second where Redis hangs: what
 * announces or counts must not wait for a speed-up. Otherwise commands wait for the connection: subscribers and workers.
 */
export function connectRedis(url: Secret, options: { name: string; failFast: boolean }, log: Log): Redis {
  const client = new Redis(url.reveal(), {
    connectionName: `flits-${options.name}`,
    retryStrategy: (attempt) => Math.min(2 ** attempt * 25, MAX_RETRY_MS),
    connectTimeout: 5000,
    // What was under way when the connection broke is refused too, not sent again later.
    ...(options.failFast
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: COMMAND_MS }
      : { maxRetriesPerRequest: null }),
  });
  const report = sparingly(LOG_EVERY_MS, (err, suppressed) =>
    log.warn({ err, suppressed, connection: options.name }, 'Redis is away; the connection is tried again'),
  );
  client.on('error', report);
  watch(client);
  return client;
}

/**
 * A connection that is open and silent (Redis stopped, a cable pulled) collects commands for ever: it is asked, and without
 * an answer broken, so that it is made anew. (ioredis's own `socketTimeout` outlives its socket and breaks the next one.)
 */
function watch(client: Redis): void {
  let connections = 0;
  client.on('ready', () => (connections += 1));
  const watching = setInterval(() => {
    if (client.status !== 'ready') return;
    const asked = connections;
    let answered = false;
    client.ping().then(
      () => (answered = true),
      () => undefined, // the time below decides
    );
    setTimeout(() => {
      if (!answered && client.status === 'ready' && connections === asked) client.disconnect(true);
    }, WATCH_ANSWER_MS).unref();
  }, WATCH_EVERY_MS).unref();
  client.once('end', () => clearInterval(watching));
}

/** Ends a connection whatever its state; never rejects. */
export async function closeRedis(client: Redis): Promise<void> {
  if (client.status !== 'ready') {
    client.disconnect();
    return;
  }
  await client.quit().catch(() => client.disconnect());
}
