import { createECDH, createPublicKey, randomBytes, verify, type ECDH } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as ece from 'http_ece';
import { until } from './until.js';

export interface Push {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** Never ends. */
  readonly endless?: boolean;
}

/** A push service on this machine, and the browsers that subscribed at it: what arrives is checked and decrypted as they would. */
export class PushService {
  readonly got: Push[] = [];
  #answer: Answer = { status: 201 };
  readonly #keys = new Map<string, { pair: ECDH; auth: Buffer }>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly isTls: boolean,
  ) {}

  /** @param tls PEM; over plain http without */
  static async start(tls?: { readonly cert: string; readonly key: string }): Promise<PushService> {
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        service.got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
        const { status, headers, endless } = service.#answer;
        response.writeHead(status, headers);
        if (endless) pour(response);
        else response.end();
      });
    };
    const server = tls ? createTlsServer(tls, answer) : createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const service = new PushService(server, (server.address() as AddressInfo).port, tls !== undefined);
    return service;
  }

  get origin(): string {
    return this.isTls ? `https://localhost:${this.port}` : `http://127.0.0.1:${this.port}`;
  }

  answer(answer: Answer): void {
    this.#answer = answer;
  }

  /** As `pushManager.subscribe()` gives it. */
  subscribe(origin = this.origin): { endpoint: string; expirationTime: null; keys: { p256dh: string; auth: string } } {
    const pair = createECDH('prime256v1');
    const p256dh = pair.generateKeys('base64url');
    const auth = randomBytes(16);
    const path = `/push/${randomBytes(24).toString('base64url')}`;
    this.#keys.set(path, { pair, auth });
    return { endpoint: origin + path, expirationTime: null, keys: { p256dh, auth: auth.toString('base64url') } };
  }

  /** What came for a subscription. */
  for({ endpoint }: { endpoint: string }): Push[] {
    return this.got.filter(({ path }) => path === new URL(endpoint).pathname);
  }

  next(subscription: { endpoint: string }, count = 1, patienceMs?: number): Promise<Push> {
    return until('push', () => this.for(subscription)[count - 1], patienceMs);
  }

  /** By an implementation that is not ours. */
  decrypt({ path, body }: Push): Buffer {
    const keys = this.#keys.get(path);
    if (!keys) throw new Error('nobody subscribed here');
    return ece.decrypt(body, { version: 'aes128gcm', privateKey: keys.pair, authSecret: keys.auth.toString('base64url') });
  }

  /** RFC 8292: the signature against the key that was subscribed to. @returns the token's claims */
  vapid({ headers }: Push, publicKey: string): { aud: string; exp: number; sub?: string } {
    const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? [];
    if (key !== publicKey) throw new Error('another key than the one that was subscribed to');
    const [head = '', payload = '', signature = ''] = token.split('.');
    const point = Buffer.from(publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
    const jwk = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const isGood = verify(
      'sha256',
      Buffer.from(`${head}.${payload}`),
      { key: jwk, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!isGood) throw new Error('the signature is not good');
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string; exp: number; sub?: string };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function pour(response: ServerResponse): void {
  const more = () => {
    while (response.writable && response.write(Buffer.alloc(65_536)));
  };
  response.on('drain', more);
  more();
}
