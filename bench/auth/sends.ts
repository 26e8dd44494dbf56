import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Flits } from '../../src/app/flits.js';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { freePort } from '../../src/embedded/free-port.js';
import { script } from '../support/abba.js';
import { benchConfig } from '../support/bench-config.js';
import { Scratch } from '../support/scratch.js';
import { serveSide } from '../support/side.js';
import { makeCrowd } from '../send-api/crowd.js';
import type { SendOrder } from './sender.js';

/**
 * A whole Flits and somebody who sends, one snap after the other. Its figure: the median of a send, µs on the wall.
 * BENCH_FLOOD=1: meanwhile sixteen others try passwords as fast as they are answered.
 */
const SENDS = Number(process.env.BENCH_SENDS ?? 300);
const FLOOD = process.env.BENCH_FLOOD === '1';
const LIMIT_SCALE = 1e6;

const scratch = new Scratch();
let sender: ChildProcess;
let flood: ChildProcess;
let order: SendOrder;

serveSide({
  prepare: async () => {
    const folder = await scratch.folder();
    const config = benchConfig(folder, { PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) });
    const log = createLogger({ level: config.LOG_LEVEL, destination: pino.destination({ dest: join(folder, 'log'), sync: true }) });
    const flits = await Flits.start(config, { log, limitScale: LIMIT_SCALE });
    scratch.keep(flits, (running) => running.stop());
    const { senders, recipients } = await makeCrowd((text, values) => flits.platform.database.query(text, values));
    const token = flits.app.get(AccessTokens, { strict: false }).issue(senders[0]!);
    order = { port: config.PORT, token, recipientId: recipients[0]!, sends: SENDS };
    sender = fork(fileURLToPath(script('./sender', import.meta.url)), { execArgv: [] });
    flood = fork(fileURLToPath(script('./flood', import.meta.url)), { execArgv: [] });
  },
  round: async () => {
    if (FLOOD) await told(flood, { port: order.port, runs: true });
    const { figure } = await told<{ figure: number }>(sender, order);
    if (FLOOD) await told(flood, { port: order.port, runs: false });
    return { units: SENDS, figure };
  },
  close: async () => {
    for (const child of [sender, flood]) child.disconnect();
    await scratch.end();
  },
});

async function told<T>(child: ChildProcess, message: object): Promise<T> {
  child.send(message);
  const [answer] = (await once(child, 'message')) as [T & { error?: string }];
  if (answer.error) throw new Error(answer.error);
  return answer;
}
