import { join } from 'node:path';
import { pino } from 'pino';
import { Flits } from '../../src/app/flits.js';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { freePort } from '../../src/embedded/free-port.js';
import { benchConfig } from '../support/bench-config.js';
import { makeRing } from '../support/ring.js';
import { Scratch } from '../support/scratch.js';

/** A whole Flits in a process of its own: the crowd it is told to make, and what memory it holds when it is asked. */
export type Ask = { readonly ask: 'start'; readonly people: number } | { readonly ask: 'memory' } | { readonly ask: 'stop' };
export interface Started {
  readonly port: number;
  readonly people: readonly { readonly id: string; readonly token: string }[];
}

const LIMIT_SCALE = 1e6;
const scratch = new Scratch();

process.on('message', (ask: Ask) => {
  obey(ask).then(
    (answer) => process.send?.({ answer }, () => ask.ask === 'stop' && process.exit(0)),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});

async function obey(ask: Ask): Promise<unknown> {
  switch (ask.ask) {
    case 'start':
      return start(ask.people);
    case 'memory':
      global.gc?.();
      return process.memoryUsage.rss();
    case 'stop':
      return scratch.end();
  }
}

async function start(count: number): Promise<Started> {
  const folder = await scratch.folder();
  const config = benchConfig(folder, { PORT: String(await freePort()), ADMIN_PORT: String(await freePort()), LOG_LEVEL: 'warn' });
  const log = createLogger({ level: config.LOG_LEVEL, destination: pino.destination({ dest: join(folder, 'log'), sync: true }) });
  const flits = await Flits.start(config, { log, limitScale: LIMIT_SCALE });
  scratch.keep(flits, (running) => running.stop());
  const tokens = flits.app.get(AccessTokens, { strict: false });
  const people = await makeRing((text, values) => flits.platform.database.query(text, values), count);
  return { port: config.PORT, people: people.map((caller) => ({ id: caller.personId, token: tokens.issue(caller) })) };
}
