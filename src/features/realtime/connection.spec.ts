import { DEVICE, OTHER_DEVICE, PERSON, realtimeHarness, settled } from '../../../test/support/realtime-harness.js';

const HEARTBEAT = { op: 'heartbeat' };

describe('Connection: identify', () => {
  it('says hello first, with what a client needs to keep time', () => {
    const { wire } = realtimeHarness().connect();
    expect(wire.frames).toEqual([{ op: 'hello', heartbeat_seconds: 30, server_time: '1970-01-01T00:00:00.000Z' }]);
  });

  it('starts from the head and asks for a resync without `after`', async () => {
    const { log, identify } = realtimeHarness();
    log.append(3);
    const { wire } = await identify();
    expect(wire.frames.slice(1)).toEqual([{ op: 'ready', user_id: PERSON, device_id: DEVICE, head: 3, resync: true }]);
  });

  it('sends every living event after `after`, each naming the one before it', async () => {
    const { log, identify } = realtimeHarness();
    log.append(12);
    log.dead.add(4).add(11).add(12);
    const { wire } = await identify(2);
    expect(wire.frames[1]).toMatchObject({ op: 'ready', head: 12, resync: false });
    const chain = wire.frames.slice(2).map((frame) => frame.op === 'event' && [frame.prev, frame.seq]);
    expect(chain).toEqual([[2, 3], [3, 5], [5, 6], [6, 7], [7, 8], [8, 9], [9, 10]]); // prettier-ignore
  });

  it('skips what this device did itself, and nothing of what the others did', async () => {
    const { log, identify } = realtimeHarness();
    log.append(2);
    log.append(1, DEVICE);
    log.append(1, OTHER_DEVICE);
    log.append(8, DEVICE);
    const { wire } = await identify(1);
    const chain = wire.frames.slice(2).map((frame) => frame.op === 'event' && [frame.prev, frame.seq]);
    expect(chain).toEqual([[1, 2], [2, 4]]); // prettier-ignore
    const other = await identify(2, 'other device');
    expect(other.wire.seqs()).toEqual([3, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it.each([
    ['older than anything kept', 3],
    ['above the head, as after a restore', 99],
  ])('goes on from the head with a resync where `after` is %s', async (_, after) => {
    const { log, identify } = realtimeHarness();
    log.append(20);
    log.oldest = 10;
    const { wire } = await identify(after);
    expect(wire.frames.slice(1)).toMatchObject([{ op: 'ready', head: 20, resync: true }]);
  });

  it('R48: closes 4401 within 5 s whoever does not identify', async () => {
    const { connect, pass } = realtimeHarness();
    const { wire } = connect();
    await pass(4.5);
    expect(wire.closedWith).toBeUndefined();
    await pass(0.5);
    expect(wire.closedWith).toBe(4401);
  });

  it.each([
    ['token_expired', 4401],
    ['session_ended', 4410],
    ['invalid_credentials', 4401],
    ['suspended', 4403],
    ['away', 1012],
  ])('R48: refuses a token with %s by %i, and says why first', async (token, code) => {
    const { log, sockets, identify } = realtimeHarness();
    log.append(3);
    const { wire } = await identify(0, token);
    expect(wire.last('error')?.code).toBe(token === 'away' ? 'unavailable' : token);
    expect(wire.closedWith).toBe(code);
    expect(wire.ops()).toEqual(['hello', 'error']);
    expect(sockets.identified).toBe(0);
  });

  it.each([
    ['an ack', { op: 'ack', seq: 0 }],
    ['a resume', { op: 'resume', after: 0 }],
    ['a heartbeat', HEARTBEAT],
  ])('R48: takes %s before identify for a bad frame', (_, frame) => {
    const { wire, say } = realtimeHarness().connect();
    say(frame);
    expect(wire.closedWith).toBe(4400);
  });

  it('takes a second identify for a bad frame', async () => {
    const { wire, say } = await realtimeHarness().identify(0);
    say({ op: 'identify', token: 'good', after: 0 });
    expect(wire.closedWith).toBe(4400);
  });

  it('answers a heartbeat that came while the token was being checked, after ready', async () => {
    const { connect, log } = realtimeHarness();
    log.append(1);
    const { wire, say } = connect();
    say({ op: 'identify', token: 'good', after: 0 });
    say(HEARTBEAT);
    await settled();
    expect(wire.ops()).toEqual(['hello', 'ready', 'event', 'heartbeat_ack']);
  });
});

describe('Connection: events', () => {
  it('sends on a hint what the log has, once, however often and in whatever order it is hinted', async () => {
    const { log, hearers, identify } = realtimeHarness();
    const { wire } = await identify(0);
    log.append(3);
    for (const seq of [3, 1, 2, 3, 3]) hearers.tell(PERSON, seq);
    await settled();
    hearers.tell(PERSON, 2);
    await settled();
    expect(wire.seqs()).toEqual([1, 2, 3]);
  });

  it('never misses what was committed while a read was under way', async () => {
    const { log, hearers, identify } = realtimeHarness();
    const { wire } = await identify(0);
    log.isHeld = true;
    hearers.tell(PERSON, log.append());
    await settled();
    hearers.tell(PERSON, log.append()); // The read under way does not see this one.
    await settled();
    log.isHeld = false;
    log.release();
    await settled();
    expect(wire.seqs()).toEqual([1, 2]);
  });

  it('sends nothing that is not in the log, and looks once for a hint that lies', async () => {
    const { log, hearers, identify } = realtimeHarness();
    const { wire } = await identify(0);
    const before = log.pagesRead;
    hearers.tell(PERSON, 1e12);
    await settled();
    expect(wire.ops()).toEqual(['hello', 'ready']);
    expect(log.pagesRead).toBe(before + 1);
  });

  it('reads and serialises a page once for all sockets of a person at the same number', async () => {
    const { log, hearers, identify } = realtimeHarness();
    const sockets = [await identify(0), await identify(0, 'other device'), await identify(0)];
    const before = log.pagesRead;
    hearers.tell(PERSON, log.append());
    await settled();
    expect(sockets.map(({ wire }) => wire.seqs())).toEqual([[1], [1], [1]]);
    expect(log.pagesRead).toBe(before + 1);
  });

  it('retries a read that failed, skips nothing, and does not let hints hammer a database that is away', async () => {
    const { log, hearers, failures, identify, pass } = realtimeHarness();
    const { wire } = await identify(0);
    log.isAway = true;
    for (let n = 0; n < 50; n += 1) {
      hearers.tell(PERSON, log.append());
      await settled();
    }
    expect(failures).toHaveLength(1);
    expect(wire.last('error')?.code).toBe('unavailable');
    await pass(30);
    expect(failures.length).toBeLessThan(12);
    expect(wire.frames.filter(({ op }) => op === 'error')).toHaveLength(1);
    log.isAway = false;
    await pass(10);
    expect(wire.seqs()).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('starts over on resume, after a ready that says so, and drops the page that was being read', async () => {
    const { log, hearers, identify } = realtimeHarness();
    log.append(4);
    const { wire, say } = await identify(0);
    log.isHeld = true;
    hearers.tell(PERSON, log.append());
    await settled();
    say({ op: 'resume', after: 2 });
    log.isHeld = false;
    log.release();
    await settled();
    const answer = wire.frames.slice(6);
    expect(answer.map(({ op }) => op)).toEqual(['ready', 'event', 'event', 'event']);
    expect(answer.map((frame) => frame.op === 'event' && [frame.prev, frame.seq]).slice(1)).toEqual([[2, 3], [3, 4], [4, 5]]); // prettier-ignore
  });
});

describe('Connection: heartbeat', () => {
  it('answers with the head of the log, after what a lost hint left behind', async () => {
    const { log, identify } = realtimeHarness();
    const { wire, say } = await identify(0);
    log.append(7);
    say(HEARTBEAT);
    await settled();
    expect(wire.seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(wire.frames.at(-1)).toEqual({ op: 'heartbeat_ack', head: 7 });
  });

  it('answers also while the database is away, so that nobody reconnects in vain', async () => {
    const { log, identify } = realtimeHarness();
    log.append(2);
    const { wire, say } = await identify(0);
    log.isAway = true;
    say(HEARTBEAT);
    await settled();
    expect(wire.frames.slice(-2)).toMatchObject([
      { op: 'error', code: 'unavailable' },
      { op: 'heartbeat_ack', head: 2 },
    ]);
  });

  it('R51: drops a half-open socket in under 60 s; acks do not count as heartbeats', async () => {
    const { log, identify, pass } = realtimeHarness();
    log.append(5);
    const { wire, say } = await identify(0);
    await pass(30);
    say(HEARTBEAT);
    await pass(40);
    say({ op: 'ack', seq: 5 });
    expect(wire.closedWith).toBeUndefined();
    await pass(5);
    expect(wire.closedWith).toBe(4408);
  });
});

describe('Connection: acks', () => {
  it('passes on those that move forward', async () => {
    const { log, acked, identify } = realtimeHarness();
    log.append(5);
    const { say } = await identify(0);
    for (const seq of [2, 2, 1, 5]) say({ op: 'ack', seq });
    expect(acked).toEqual([2, 5].map((seq) => ({ personId: PERSON, deviceId: DEVICE, seq })));
  });

  it('takes the number that a device comes back with for one, but not where it has to start over', async () => {
    const { identify, acked, log } = realtimeHarness();
    log.append(3);
    await identify(2);
    expect(acked).toEqual([{ personId: PERSON, deviceId: DEVICE, seq: 2 }]);
    await identify(9);
    await identify();
    expect(acked).toHaveLength(1);
  });

  it('believes no number that it has not said itself: not before the ready that answers a claim', async () => {
    const { log, acked, connect } = realtimeHarness();
    log.append(3);
    const { wire, say } = connect();
    log.isHeld = true;
    say({ op: 'identify', token: 'good', after: 1e9 });
    await settled();
    say({ op: 'ack', seq: 1e9 });
    log.isHeld = false;
    log.release();
    await settled();
    say({ op: 'resume', after: 1e9 });
    for (const seq of [1e9, 3]) say({ op: 'ack', seq });
    await settled();
    expect(wire.frames.filter(({ op }) => op === 'error')).toHaveLength(2);
    expect(acked.map(({ seq }) => seq)).toEqual([3]);
  });

  it('refuses a number that was not sent, and goes on', async () => {
    const { log, acked, identify } = realtimeHarness();
    log.append(5);
    const { wire, say } = await identify(0);
    say({ op: 'ack', seq: 6 });
    expect(wire.last('error')?.code).toBe('validation_failed');
    say({ op: 'ack', seq: 5 });
    expect(acked).toHaveLength(1);
    expect(wire.closedWith).toBeUndefined();
  });
});
