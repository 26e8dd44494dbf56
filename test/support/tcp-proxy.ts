import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** A TCP hop with every illness of a network: it can be cut, reset, made to hang, slow or far away. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();
  /** Changes what the target answers; the length must stay. */
  rewrite: (answer: Buffer) => Buffer = (answer) => answer;
  /** What each chunk waits before it goes on, ms. */
  latencyMs = 0;
  /** How fast each direction of a connection is; what is faster waits, and whoever sends it is held back. */
  bytesPerSecond = Infinity;
  /** How many connections were refused. */
  refused = 0;
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

  /** Breaks some connections, with RST and whatever was on its way; new ones are let through. */
  reset(isMeant: () => boolean = () => true): void {
    for (const socket of this.#sockets) if (isMeant()) socket.resetAndDestroy();
  }

  /** Connections stay open and nothing moves on them any more. */
  hang(): void {
    this.#mode = 'hang';
    for (const socket of this.#sockets) socket.pause();
  }

  /** What stands hangs; new connections are let through: as when another machine took the place of one that fell silent. */
  strand(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  heal(): void {
    this.#mode = 'pass';
    this.latencyMs = 0;
    this.bytesPerSecond = Infinity;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #forward(client: Socket): void {
    if (this.#mode === 'refuse') {
      this.refused += 1;
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
      this.#sockets.add(from);
      // What is on its way arrives, although its sender is gone by then; and in the order in which it was sent, whenever the hop heals.
      const onItsWay: { readonly bytes: Buffer; readonly at: number }[] = [];
      let freeAt = 0;
      let isOver = false;
      const deliver = (): void => {
        for (let next = onItsWay[0]; next && next.at <= performance.now(); next = onItsWay[0]) {
          onItsWay.shift();
          if (!to.destroyed) to.write(next.bytes);
        }
        const [next] = onItsWay;
        if (next) setTimeout(deliver, Math.ceil(next.at - performance.now()));
        else if (isOver) to.end();
        else if (this.#mode !== 'hang') from.resume();
      };
      from.on('data', (chunk) => {
        const bytes = from === upstream ? this.rewrite(chunk) : chunk;
        const now = performance.now();
        freeAt = Math.max(freeAt, now + this.latencyMs) + (bytes.length / this.bytesPerSecond) * 1000;
        if (freeAt <= now && onItsWay.length === 0) return void to.write(bytes);
        onItsWay.push({ bytes, at: freeAt });
        from.pause(); // Nothing more is read until then, which lets a slow hop push back.
        if (onItsWay.length === 1) setTimeout(deliver, Math.ceil(freeAt - now));
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        isOver = true;
        if (onItsWay.length === 0) to.destroy();
      });
      if (this.#mode === 'hang') from.pause();
    }
  }
}
