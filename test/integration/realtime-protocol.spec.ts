import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { closeCodes } from '../../src/features/realtime/close-codes.js';
import { eventTypes } from '../../src/features/events/index.js';
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
  class Watched extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      watch(this);
    }
  }
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's code is to be run as it stands
  const make = new Function('WebSocket', `${code.replace('export function', 'function')}\nreturn follow;`) as (
    socket: new (url: string, protocol: string) => WebSocket,
  ) => (options: Options) => void;
  return make(Watched);
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
      expect(asked).toEqual([undefined, true]);

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
    }, 30_000);
  });
});
