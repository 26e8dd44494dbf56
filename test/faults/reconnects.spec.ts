import { setTimeout as delay } from 'node:timers/promises';
import { PhoneSocket } from '../../bench/socket/phone-socket.js';
import { makeRing } from '../../bench/support/ring.js';
import { SendingService } from '../../src/features/snaps/sending.service.js';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { TestFlits } from '../support/flits.js';
import { until } from '../support/until.js';

const PEOPLE = 5000;
const WITHIN_MS = 5000;
const EVENTS_EACH = 3;

jest.setTimeout(300_000);

/** With the services' suites alone: ten thousand files are open, and both cores are busy for half a minute. */
(process.env.TEST_SERVICES ? describe : describe.skip)('a node that everybody comes back to', () => {
  let flits: TestFlits;

  beforeAll(async () => {
    flits = await TestFlits.start({}, { limitScale: 1e6 });
  });
  afterAll(() => flits.stop());

  const get = <T>(type: abstract new (...args: never[]) => T): T => flits.flits.app.get(type, { strict: false });

  it('takes 5,000 reconnects in 5 s: all caught up within a minute, nobody twice, and what is new does not wait behind them', async () => {
    const people = await makeRing((text, values) => flits.query(text, values), PEOPLE);
    const tokens = people.map((caller) => get(AccessTokens).issue(caller));
    const send = (from: number, key: string) =>
      get(SendingService).send(
        {
          ...{
            senderId: people[from]!.personId,
            deviceId: people[from]!.deviceId,
            uploadIds: [],
            isAlbum: false,
            words: { text: key },
            groupIds: [],
          },
          ...{ userIds: [people[(from + 1) % PEOPLE]!.personId], view: { loop: false, replays: 0 } },
        },
        { scope: people[from]!.personId, route: 'reconnects', keyMac: Buffer.from(key.padEnd(32)), bodyMac: Buffer.alloc(32) },
      );
    // What each missed while it was away.
    for (let n = 0; n < EVENTS_EACH; n += 1) {
      for (let at = 0; at < PEOPLE; at += 50) {
        await Promise.all(people.slice(at, at + 50).map((_, k) => send(at + k, `missed ${n} ${at + k}`)));
      }
    }
    const received = new Map<number, number[]>();
    const phones: PhoneSocket[] = [];
    const began = performance.now();
    const connect = async (n: number): Promise<void> => {
      await delay((n / PEOPLE) * WITHIN_MS);
      const take = (text: string): void => {
        const frame = JSON.parse(text) as { op: string; seq: number; type: string };
        if (frame.op === 'event' && frame.type === 'snap.received') received.set(n, [...(received.get(n) ?? []), frame.seq]);
      };
      // Whom the system's own queue of connections has no room for comes back, as a phone does.
      for (let patience = 20; ; patience -= 1) {
        const phone = await PhoneSocket.open(flits.flits.config.PORT, tokens[n], take).catch(() => undefined);
        if (phone) return void phones.push(phone);
        if (patience === 0) throw new Error(`phone ${n} does not get in`);
        await delay(500 + Math.random() * 1000);
      }
    };
    const coming = Promise.all(people.map((_, n) => connect(n)));
    await delay(WITHIN_MS / 2);
    // In the middle of it, something new for somebody who is there already.
    const there = received.keys().next().value ?? 0;
    const asked = performance.now();
    await send((there + PEOPLE - 1) % PEOPLE, 'news');
    await until('the news', () => Promise.resolve(received.get(there)?.length === EVENTS_EACH + 1), 15_000);
    const newsMs = performance.now() - asked;
    await coming;
    await until(
      'everybody caught up',
      () => Promise.resolve([...received.values()].filter((got) => got.length >= EVENTS_EACH).length === PEOPLE),
      120_000,
    );
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(newsMs).toBeLessThan(10_000);
    for (const [n, seqs] of received) {
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      expect(seqs).toHaveLength(n === there ? EVENTS_EACH + 1 : EVENTS_EACH);
    }
    for (const phone of phones) phone.cut();
  });
});
