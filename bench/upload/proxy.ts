import { randomBytes } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { S3Store } from '../../src/platform/storage/index.js';
import { WallClock } from '../../src/platform/clock/index.js';
import { serveSide } from '../support/side.js';
import { FILE, UPLOADS, WARM_UP } from './load.js';
import { countBytes, Phone } from './phone.js';

/** The baseline: the barest server through which the bytes can go, piped on without being looked at. */
const phone = new Phone();
const { S3_ENDPOINT = '', S3_ACCESS_KEY_ID = '', S3_SECRET_ACCESS_KEY = '', S3_BUCKET = '' } = process.env;
const store = new S3Store({
  endpoint: S3_ENDPOINT,
  region: 'us-east-1',
  bucket: S3_BUCKET,
  accessKeyId: S3_ACCESS_KEY_ID,
  secretAccessKey: S3_SECRET_ACCESS_KEY,
  forcePathStyle: true,
  clock: new WallClock(),
});
const server = createServer((incoming, answer) => void proxy(incoming, answer));
const bytes = countBytes(server);
let load: { readonly proxy: string };

serveSide({
  prepare: async () => {
    await store.ensureBucket();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    load = { proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    await phone.upload({ ...load, ...WARM_UP });
  },
  round: async () => {
    const before = bytes();
    await phone.upload({ ...load, uploads: UPLOADS, bytes: FILE.bytes });
    return { units: UPLOADS, figure: (bytes() - before) / UPLOADS };
  },
  close: async () => {
    phone.close();
    store.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  },
});

async function proxy(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const sha256 = String(incoming.headers['x-sha256']);
  const grant = {
    name: `aa/1/${randomBytes(16).toString('hex')}`,
    bytes: Number(incoming.headers['content-length']),
    sha256,
    contentType: 'application/octet-stream',
    expiresAt: Date.now() + 60_000,
  };
  const { url, method, headers } = await store.signPut(grant);
  const outgoing = request(url, { method, headers: { ...headers, 'content-length': grant.bytes } }, (response) => {
    response.resume();
    answer.writeHead(response.statusCode ?? 502).end();
  });
  outgoing.once('error', () => answer.destroy());
  incoming.pipe(outgoing);
}
