import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { z } from 'zod';
import { closeCodes } from '../../src/features/realtime/close-codes.js';
import { eventData } from '../../src/app/event-data.js';
import { eventTypes, type EventType } from '../../src/features/events/index.js';
import { MAX_FRAME_BYTES, RealtimeSettings } from '../../src/features/realtime/realtime.settings.js';
import { Sockets } from '../../src/features/realtime/sockets.js';
import { limits } from '../../src/platform/limits/limits.table.js';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { until } from '../support/until.js';

const page = readFileSync(`${__dirname}/../../docs/protocol.md`, 'utf8');
const code = /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? '';

interface Options {
  readonly url: string;
  readonly token: (isStale?: boolean) => string | Promise<string>;
  readonly load: () => number | undefined;
  readonly save: (seq: number) => void;
  readonly onEvent: (event: { seq: number; type: string; data: { snap_id?: string } }) => void;
  readonly onResync: () => void;
  readonly onEnd: (code: number) => void;
}

/** The very text of the page; sockets it makes are handed to `watch`. */
function clientOfThePage(watch: (socket: WebSocket) => void): (options: Options) => void {
  return clientOn(
    class extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        watch(this);
      }
    },
  );
}

function clientOn(socket: new (url: string, protocol: string) => object): (options: Options) => void {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's code is to be run as it stands
  const make = new Function('WebSocket', `${code.replace('export function', 'function')}\nreturn follow;`) as (
    socket: new (url: string, protocol: string) => object,
  ) => (options: Options) => void;
  return make(socket);
}

describe('docs/protocol.md', () => {
  it('lists every close code as the server knows it, and no other', () => {
    const rows = [...page.matchAll(/^\| (\d{4}) +\| (.+?) *\| (yes|no) +\| (.+?) *\|$/gm)].map(([, number, ...words]) => [
      Number(number),
      ...words,
    ]);
    expect(rows).toEqual(
      Object.values(closeCodes).map(({ code: number, reason, reconnect, advice }) => [number, reason, reconnect ? 'yes' : 'no', advice]),
    );
  });

  it('lists every event type, and no other', () => {
    const section = /^## Events$([\s\S]+?)^## /m.exec(page)?.[1] ?? '';
    const listed = [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([a-z.]+)`/g)].map(([, type]) => type),
    );
    expect(listed.sort()).toEqual([...eventTypes].sort());
  });

  it('says what is in `data` as the schemas do', () => {
    const section = /^## Events$([\s\S]+?)^## /m.exec(page)?.[1] ?? '';
    let compared = 0;
    for (const [, types = '', fields = ''] of section.matchAll(/^\| (`[^|]+) \|[^|]+\| `\{([^}]+)\}`/gm)) {
      const listed = fields.split(', ').map((field) => field.replace(/:.*/, '').trim());
      for (const [, type] of types.matchAll(/`([a-z.]+)`/g)) {
        const shape = eventData[type as EventType].data.shape as Readonly<Record<string, z.ZodType>>;
        const fieldsOf = Object.entries(shape).map(([name, field]) => (field.safeParse(undefined).success ? `${name}?` : name));
        expect([type, listed.toSorted()]).toEqual([type, fieldsOf.toSorted()]);
        compared += 1;
      }
    }
    expect(compared).toBe(eventTypes.length - 2); // Two are items of lists, described there.
  });

  it('tells the limits as they are', () => {
    const words = page.replaceAll(/\s+/g, ' ');
    const { frameBurst, framesPerSecond, stalledSeconds, maxBufferedBytes, heartbeatGraceSeconds, identifySeconds } =
      new RealtimeSettings();
    expect(words).toContain(`${frameBurst} at once and ${framesPerSecond} a second`);
    expect(words).toContain(`${limits.realtime_connect.points} connections a minute`);
    expect(words).toContain(`for ${stalledSeconds} s, or lets more than ${maxBufferedBytes / 1024 / 1024} MiB pile up`);
    expect(words).toContain(`${heartbeatGraceSeconds} s without a heartbeat`);
    expect(words).toContain(`within ${identifySeconds} s`);
    expect(words).toContain(`at most ${MAX_FRAME_BYTES / 1024} KiB`);
  });

  it('has a client that stays away exactly where it should', () => {
    const stay = /STAY_AWAY = \[([\d, ]+)\]/.exec(code)?.[1]?.split(', ').map(Number);
    expect(stay).toEqual(Object.values(closeCodes).flatMap((entry) => (entry.reconnect ? [] : [entry.code])));
  });

  it('has a client that takes nothing behind a hole, and asks again from before it', async () => {
    const afters: unknown[] = [];
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'flits.v1.json' });
    const chains = [[[5, 4], [9, 7]], [[7, 5], [9, 7]]]; // prettier-ignore
    server.on('connection', (socket) => {
      const chain = chains.shift() ?? [];
      socket.send(JSON.stringify({ op: 'hello', heartbeat_seconds: 30 }));
      socket.on('message', (text: Buffer) => {
        const frame = JSON.parse(text.toString()) as { op: string; after?: number };
        if (frame.op !== 'identify') return;
        afters.push(frame.after);
        socket.send(JSON.stringify({ op: 'ready', head: 9, resync: false }));
        for (const [seq, prev] of chain) socket.send(JSON.stringify({ op: 'event', seq, prev, type: 'snap.sent', at: '', data: {} }));
      });
    });
    const seqs: number[] = [];
    const sockets: WebSocket[] = [];
    await once(server, 'listening');
    clientOfThePage((socket) => sockets.push(socket))({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ token: () => 'token', load: () => 4, save: () => undefined, onResync: () => undefined, onEnd: () => undefined },
      onEvent: ({ seq }) => seqs.push(seq),
    });
    await until('everything', () => seqs.length === 3);
    expect([seqs, afters]).toEqual([[5, 7, 9], [4, 5]]); // prettier-ignore
    // Told to stay away, so that it does.
    for (const socket of server.clients) socket.close(4410);
    await once(sockets.at(-1)!, 'close');
    server.close();
  });

  it('has a client that identifies once a socket, however long its token takes', async () => {
    const tokens: ((token: string) => void)[] = [];
    const sockets: FakeSocket[] = [];
    class FakeSocket {
      readyState = 1;
      readonly sent: string[] = [];
      onmessage?: (message: { data: string }) => void;
      onclose?: (close: { code: number }) => void;

      constructor() {
        sockets.push(this);
      }

      send(text: string): void {
        this.sent.push(text);
      }

      hello(): void {
        this.onmessage?.({ data: '{"op":"hello","heartbeat_seconds":30}' });
      }

      end(code: number): void {
        this.readyState = 3;
        this.onclose?.({ code });
      }
    }
    const nothing = () => undefined;
    clientOn(FakeSocket)({
      url: 'ws://localhost',
      token: () => new Promise((resolve) => tokens.push(resolve)),
      load: () => 7,
      save: nothing,
      onEvent: nothing,
      onResync: nothing,
      onEnd: nothing,
    });
    sockets[0]?.hello();
    sockets[0]?.end(4401); // Not identified in time.
    await until('the next socket', () => sockets[1]);
    sockets[1]?.hello();
    for (const give of tokens) give('fresh');
    await new Promise(setImmediate);
    expect(sockets.map(({ sent }) => sent)).toEqual([[], ['{"op":"identify","token":"fresh","after":7}']]);
    sockets[1]?.end(4400);
  });

  describe('its client', () => {
    let flits: TestFlits;
    let anna: Person;
    let ben: Person;

    beforeAll(async () => {
      flits = await TestFlits.start();
      [anna, ben] = await Person.friends(flits.url);
    });
    afterAll(() => flits.stop());

    it('gets everything once, in order, through cuts, a stale token and holes, until its session ends', async () => {
      const sockets: WebSocket[] = [];
      const events: { seq: number; type: string; data: { snap_id?: string } }[] = [];
      const asked: unknown[] = [];
      const saved: number[] = [];
      let resyncs = 0;
      const ended = new Promise<number>((resolve) =>
        clientOfThePage((socket) => sockets.push(socket))({
          url: `${flits.url.replace(/^http/, 'ws')}/v1/realtime`,
          token: (isStale) => {
            asked.push(isStale);
            return isStale ? ben.session.access_token : 'stale';
          },
          load: () => saved.at(-1),
          save: (seq) => saved.push(seq),
          onEvent: (event) => events.push(event),
          onResync: () => (resyncs += 1),
          onEnd: resolve,
        }),
      );
      await until('resync', () => resyncs === 1);
      expect(asked).toEqual([false, true]);

      const ids: string[] = [];
      const send = async () => ids.push((await anna.sendText('look', [ben])).id);
      const got = () => events.flatMap(({ type, data }) => (type === 'snap.received' ? [data.snap_id] : []));
      await send();
      await until('first event', () => got().length === 1);

      sockets.at(-1)?.terminate();
      await until('cut', () => flits.flits.app.get(Sockets, { strict: false }).size === 0);
      await send();
      const gone = await anna.sendText('gone before it came', [ben]);
      await anna.request('DELETE', `/v1/snaps/${gone.id}`);
      await send();
      await until('what was missed', () => got().length === 3);
      await send();
      await until('what comes now', () => got().length === 4);
      expect(got()).toEqual(ids);
      const seqs = events.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      expect(saved.slice(1)).toEqual(seqs);
      expect(resyncs).toBe(1);
      await until('delivered', async () => {
        const { body } = await anna.request<{ deliveries: { state: string }[] }>('GET', `/v1/snaps/${ids[3]}`);
        return body.deliveries[0]?.state === 'delivered';
      });

      await ben.request('DELETE', '/v1/sessions/current');
      expect(await ended).toBe(4410);
    });
  });
});
