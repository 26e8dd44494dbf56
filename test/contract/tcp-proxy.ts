import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP hop that can be cut or made to hang: how a backend goes away without being stopped for everybody else. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();
  /** Changes what the target answers; the length must stay. */
  rewrite: (answer: Buffer) => Buffer = (answer) => answer;
  #mode: 'pass' | 'hang' | 'refuse' = 'pass';

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly target: URL,
  ) {}

  static async open(target: string, defaultPort: number): Promise<TcpProxy> {
    const url = new URL(target);
    url.port ||= String(defaultPort);
    const server = createServer();
    const proxy = new TcpProxy(server, url);
    server.on('connection', (socket) => proxy.#forward(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The target's URL, by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Breaks every connection and refuses new ones. */
  cut(): void {
    this.#mode = 'refuse';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections stay open and nothing moves on them any more. */
  hang(): void {
    this.#mode = 'hang';
    for (const socket of this.#sockets) socket.pause();
  }

  heal(): void {
    this.#mode = 'pass';
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #forward(client: Socket): void {
    if (this.#mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
      this.#sockets.add(from);
      from.on('data', (chunk) => to.write(from === upstream ? this.rewrite(chunk) : chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#mode === 'hang') from.pause();
    }
  }
}
