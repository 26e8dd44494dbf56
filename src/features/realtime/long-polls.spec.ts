import { Fault } from '../../platform/faults/index.js';
import { DEVICE, OTHER_DEVICE, FakeLog, PERSON, settled } from '../../../test/support/realtime-harness.js';
import type { EventLog, EventPage } from '../events/index.js';
import type { SessionWatch } from '../people/index.js';
import type { AckBatcher } from './ack-batcher.js';
import { Hearers } from './hearers.js';
import { LongPolls } from './long-polls.js';

const caller = { personId: PERSON, deviceId: DEVICE };

describe('LongPolls', () => {
  let log: FakeLog;
  let hearers: Hearers;
  let polls: LongPolls;
  let gone: AbortController;
  let acked: number[];
  let ended: Set<string>;

  const ask = (after: number | undefined, waitMs: number) => polls.events({ caller, after, waitMs, gone: gone.signal });
  const seqs = (page: EventPage) => page.events.map(({ seq }) => seq);

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    log = new FakeLog();
    hearers = new Hearers();
    acked = [];
    ended = new Set();
    const acks = { add: (_person: string, _device: string, seq: number) => acked.push(seq) };
    const sessions = { isEnded: (deviceId: string) => Promise.resolve(ended.has(deviceId)) };
    polls = new LongPolls(log as unknown as EventLog, hearers, acks as unknown as AckBatcher, sessions as unknown as SessionWatch);
    gone = new AbortController();
  });
  afterEach(() => {
    expect(hearers.tell(PERSON, 1)).toBe(0); // Nobody is left behind.
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('answers at once where there is something, page by page', async () => {
    log.append(150);
    const first = await ask(0, 30_000);
    expect([first.events.length, first.next, first.resync]).toEqual([100, 100, false]);
    expect(seqs(await ask(first.next, 30_000))).toHaveLength(50);
  });

  it('answers at once with nothing where nobody waits', async () => {
    log.append(2);
    expect(await ask(2, 0)).toMatchObject({ events: [], next: 2, resync: false });
  });

  it('waits on where there is nothing but what this device did itself', async () => {
    log.append(120, DEVICE);
    const answer = ask(0, 30_000);
    await settled();
    hearers.tell(PERSON, log.append(1, OTHER_DEVICE));
    expect(seqs(await answer)).toEqual([121]);
  });

  it('starts from the head without `after`', async () => {
    log.append(4);
    expect(await ask(undefined, 30_000)).toMatchObject({ events: [], next: 4, resync: true });
  });

  it('goes on from the head where `after` is older than anything kept', async () => {
    log.append(9);
    log.oldest = 5;
    expect(await ask(1, 30_000)).toMatchObject({ events: [], next: 9, resync: true });
  });

  it('waits for a hint; one that lies, or speaks of the dead, wakes nobody for good', async () => {
    const answer = ask(0, 30_000);
    await settled();
    hearers.tell(PERSON, 77);
    await settled();
    log.append();
    log.dead.add(1);
    hearers.tell(PERSON, 1);
    await settled();
    const looked = log.pagesRead;
    await settled();
    expect(log.pagesRead).toBe(looked);
    hearers.tell(PERSON, log.append());
    expect(seqs(await answer)).toEqual([2]);
  });

  it('does not miss a hint that comes while it reads', async () => {
    log.isHeld = true;
    const answer = ask(0, 30_000);
    await settled();
    hearers.tell(PERSON, log.append());
    log.isHeld = false;
    log.release();
    expect(seqs(await answer)).toEqual([1]);
  });

  it('looks once more when its time is up, which repairs a lost hint', async () => {
    const answer = ask(0, 30_000);
    await settled();
    log.append();
    await jest.advanceTimersByTimeAsync(30_000);
    expect(seqs(await answer)).toEqual([1]);
  });

  it('walks over any number of dead rows without waiting', async () => {
    log.append(250);
    for (let seq = 1; seq <= 249; seq += 1) log.dead.add(seq);
    expect(seqs(await ask(0, 0))).toEqual([250]);
  });

  it('ends when the asker goes, or the process', async () => {
    const first = ask(0, 30_000);
    await settled();
    gone.abort();
    expect((await first).events).toEqual([]);
    gone = new AbortController();
    const second = ask(0, 30_000);
    await settled();
    polls.onModuleDestroy();
    expect((await second).events).toEqual([]);
  });

  it('takes `after` for an ack, at once and not when the wait is over, but not where the device has to start over', async () => {
    log.append(9);
    const answer = ask(9, 30_000);
    await settled();
    expect(acked).toEqual([9]);
    hearers.tell(PERSON, log.append());
    await answer;
    await ask(0, 0);
    await ask(undefined, 0);
    await ask(77, 0);
    log.oldest = 5;
    await ask(1, 0);
    expect(acked).toEqual([9]);
  });

  it('lets nobody wait who asks again while the process goes down', async () => {
    polls.onModuleDestroy();
    expect(await ask(0, 30_000)).toMatchObject({ events: [], next: 0 });
    log.append(3);
    expect(seqs(await ask(2, 30_000))).toEqual([3]);
    expect(acked).toEqual([]); // The last ones are being written.
  });

  it('R50: does not wait for a device whose session ended before it could be told', async () => {
    log.append();
    ended.add(DEVICE);
    await expect(ask(0, 30_000)).rejects.toMatchObject({ code: 'session_ended' });
    await expect(ask(1, 30_000)).rejects.toMatchObject({ code: 'session_ended' });
    expect(acked).toEqual([]);
  });

  it('R50: refuses when the session ends meanwhile, even with events at hand', async () => {
    const answer = ask(0, 30_000);
    await settled();
    log.append();
    hearers.endSessions([DEVICE]);
    await expect(answer).rejects.toEqual(expect.any(Fault));
    await expect(answer).rejects.toMatchObject({ code: 'session_ended' });
  });

  it('leaves nothing behind when the log cannot be read', async () => {
    log.isAway = true;
    await expect(ask(0, 30_000)).rejects.toThrow('away');
  });
});
