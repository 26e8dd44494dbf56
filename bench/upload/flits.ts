import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { Flits } from '../../src/app/flits.js';
import { freePort } from '../../src/embedded/free-port.js';
import { SweepTimer } from '../../src/features/expiry/sweep-timer.js';
import { LogTimer } from '../../src/features/ledger/index.js';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { JobHost } from '../../src/platform/queue/index.js';
import { makeCrowd } from '../send-api/crowd.js';
import { benchConfig } from '../support/bench-config.js';
import { Scratch } from '../support/scratch.js';
import { serveSide } from '../support/side.js';
import { FILE, UPLOADS, WARM_UP } from './load.js';
import { countBytes, Phone } from './phone.js';

/** The subject: a whole Flits on the S3 store, without its workers: what they do with the bytes is another bench. */
const scratch = new Scratch();
const phone = new Phone();
let load: { readonly api: string; readonly token: string };
let bytes: () => number;

serveSide({
  prepare: async () => {
    const folder = await scratch.folder();
    const s3 = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('S3_'))) as Record<string, string>;
    const bucket = `bench-${randomBytes(6).toString('hex')}`; // keys of another start's master key are of no use
    const buckets = { S3_BUCKET: bucket, S3_VAULT_BUCKET: `${bucket}-vault` };
    const limits = {
      UPLOADS_PER_DAY: '1000000',
      UPLOAD_BYTES_PER_DAY: '1000000000000000',
      CLIPS_WAITING: '1000000',
      PHOTOS_WAITING: '1000000',
    };
    const ports = { PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) };
    const config = benchConfig(folder, { ...ports, ...limits, ...s3, ...buckets });
    const log = createLogger({ level: config.LOG_LEVEL, destination: pino.destination({ dest: join(folder, 'log'), sync: true }) });
    const flits = await Flits.start(config, { log, limitScale: 1e6 });
    scratch.keep(flits, (running) => running.stop());
    await flits.app.get(JobHost, { strict: false }).close();
    await flits.app.get(SweepTimer, { strict: false }).onApplicationShutdown();
    await flits.app.get(LogTimer, { strict: false }).onApplicationShutdown();
    const { senders } = await makeCrowd((text, values) => flits.platform.database.query(text, values));
    bytes = countBytes(flits.app.getHttpServer());
    load = { api: `http://127.0.0.1:${config.PORT}`, token: flits.app.get(AccessTokens, { strict: false }).issue(senders[0]!) };
    await phone.upload({ ...load, ...WARM_UP });
  },
  round: async () => {
    const before = bytes();
    await phone.upload({ ...load, uploads: UPLOADS, bytes: FILE.bytes });
    return { units: UPLOADS, figure: (bytes() - before) / UPLOADS };
  },
  close: async () => {
    phone.close();
    await scratch.end();
  },
});
