import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { Flits } from '../../src/app/flits.js';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { freePort } from '../../src/embedded/free-port.js';
import { benchConfig } from '../support/bench-config.js';
import { Scratch } from '../support/scratch.js';
import { serveSide } from '../support/side.js';
import { Clients } from './clients.js';
import type { Load } from './client.js';
import { makeCrowd } from './crowd.js';

/**
 * The subject: a whole Flits as `npm start` runs it (all roles, embedded PostgreSQL, folder store, a log line a request),
 * with limits out of the way. BENCH_COUNT=1: its figure is the queries a send, whatever else the process asks meanwhile.
 */
const SENDS = Number(process.env.BENCH_SENDS ?? 2500);
const LIMIT_SCALE = 1e6;

const scratch = new Scratch();
const clients = new Clients();
let load: Load;
let queries = 0;

serveSide({
  prepare: async () => {
    const folder = await scratch.folder();
    const config = benchConfig(folder, { PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) });
    const log = createLogger({ level: config.LOG_LEVEL, destination: pino.destination({ dest: join(folder, 'log'), sync: true }) });
    const flits = await Flits.start(config, { log, limitScale: LIMIT_SCALE });
    scratch.keep(flits, (running) => running.stop());
    const { senders, recipients } = await makeCrowd((text, values) => flits.platform.database.query(text, values));
    const tokens = flits.app.get(AccessTokens, { strict: false });
    load = {
      port: config.PORT,
      callers: senders.map((sender) => ({ token: tokens.issue(sender), personId: sender.personId })),
      recipients,
      sends: SENDS,
    };
    if (process.env.BENCH_COUNT === '1') countQueries();
  },
  round: async () => {
    queries = 0;
    await clients.send(load);
    return { units: SENDS, figure: queries / SENDS };
  },
  close: async () => {
    await clients.close();
    await scratch.end();
  },
});

/** Every query of every connection of this process: the pool's, the queue's, timers'. */
function countQueries(): void {
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function counted(...args) {
    queries += 1;
    return query.apply(this, args);
  };
}
