import { join } from 'node:path';
import { pino } from 'pino';
import { Flits } from '../../src/app/flits.js';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { Authenticator } from '../../src/platform/http/index.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { freePort } from '../../src/embedded/free-port.js';
import { benchConfig } from '../support/bench-config.js';
import { Scratch } from '../support/scratch.js';
import { serveSide } from '../support/side.js';

/** What a request pays to say who asks: a thousand devices' tokens, over and over, after warm-up. */
const TOKENS = 1000;
const REQUESTS = 200_000;

const scratch = new Scratch();
let authenticate: (token: string) => Promise<unknown>;
let tokens: string[];

serveSide({
  prepare: async () => {
    const folder = await scratch.folder();
    const config = benchConfig(folder, { PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) });
    const log = createLogger({ level: 'warn', destination: pino.destination({ dest: join(folder, 'log'), sync: true }) });
    const flits = await Flits.start(config, { log });
    scratch.keep(flits, (running) => running.stop());
    const issuer = flits.app.get(AccessTokens, { strict: false });
    const id = (n: number) => `7b1d0c5e-53f0-4c8e-9d3a-${n.toString(16).padStart(12, '0')}`;
    tokens = Array.from({ length: TOKENS }, (_, n) => issuer.issue({ personId: id(n), deviceId: id(n + TOKENS) }));
    const authenticator = flits.app.get(Authenticator, { strict: false });
    authenticate = (token) => authenticator.authenticate(token);
    for (const token of tokens) await authenticate(token);
  },
  round: async () => {
    for (let n = 0; n < REQUESTS; n += 1) await authenticate(tokens[n % TOKENS]!);
    return { units: REQUESTS };
  },
  close: () => scratch.end(),
});
