import { createServer, type Server } from 'node:https';
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type { CertificateFiles } from './certificate.js';

/** Who a path leads to: the addresses (`http://host:port`) of its copies, the first that answers. */
export type Upstreams = (path: string) => readonly string[];

/** A TLS proxy as deploy/proxy/Caddyfile has one: Host as it came, `X-Forwarded-For`, sockets, the next copy where one is away. */
export class TlsProxy {
  private constructor(private readonly server: Server) {}

  static async open(port: number, files: CertificateFiles, upstreams: Upstreams): Promise<TlsProxy> {
    const server = createServer({ cert: await readFile(files.TLS_CERT), key: await readFile(files.TLS_KEY) });
    server.on('request', (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        void pass(incoming, upstreams, Buffer.concat(chunks)).then(
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          },
          () => outgoing.writeHead(502).end(),
        );
      });
    });
    server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
      const [upstream = ''] = upstreams(incoming.url ?? '/');
      const upgrade = request(optionsFor(incoming, upstream));
      upgrade.on('upgrade', (answer, other) => {
        const head = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
        socket.write(['HTTP/1.1 101 Switching Protocols', ...head, '', ''].join('\r\n'));
        other.pipe(socket).pipe(other);
        for (const end of [socket, other]) end.on('error', () => [socket, other].forEach((both) => both.destroy()));
      });
      upgrade.on('error', () => socket.destroy()).end();
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new TlsProxy(server);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function pass(incoming: IncomingMessage, upstreams: Upstreams, body: Buffer): Promise<IncomingMessage> {
  let failure: unknown;
  for (const upstream of upstreams(incoming.url ?? '/')) {
    try {
      return await new Promise((resolve, reject) => {
        request(optionsFor(incoming, upstream), resolve).on('error', reject).end(body);
      });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function optionsFor({ method, url, headers, socket }: IncomingMessage, upstream: string): RequestOptions {
  const { hostname, port } = new URL(upstream);
  return { hostname, port, method, path: url, headers: { ...headers, 'x-forwarded-for': socket.remoteAddress ?? '' } };
}
