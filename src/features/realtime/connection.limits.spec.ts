import { DEVICE, OTHER_DEVICE, PERSON, realtimeHarness, settled } from '../../../test/support/realtime-harness.js';

const HEARTBEAT = { op: 'heartbeat' };

describe('Connection: limits', () => {
  it('R49: closes 4400 on a bad frame, that socket alone', async () => {
    const { identify } = realtimeHarness();
    const [bad, good] = [await identify(0), await identify(0, 'other device')];
    bad.connection.receive('{"op":');
    bad.say(HEARTBEAT);
    good.say(HEARTBEAT);
    await settled();
    expect(bad.wire.closedWith).toBe(4400);
    expect(bad.wire.ops()).not.toContain('heartbeat_ack');
    expect(good.wire.ops()).toContain('heartbeat_ack');
  });

  it('R49: closes 4429 who sends too fast, pings included, and gives time its due', async () => {
    const { identify, pass } = realtimeHarness({ frameBurst: 10, framesPerSecond: 2 });
    const { connection, wire, say } = await identify(0);
    for (let n = 0; n < 9; n += 1) say(HEARTBEAT);
    await pass(2);
    for (let n = 0; n < 2; n += 1) say(HEARTBEAT);
    for (let n = 0; n < 2; n += 1) connection.receivePing();
    expect(wire.closedWith).toBeUndefined();
    connection.receivePing();
    expect(wire.closedWith).toBe(4429);
  });

  it('does not charge an ack that moves forward: it is paid for by its event', async () => {
    const { log, acked, identify } = realtimeHarness({ frameBurst: 10 });
    log.append(200);
    const { wire, say } = await identify(0);
    for (let seq = 1; seq <= 200; seq += 1) say({ op: 'ack', seq });
    expect(wire.closedWith).toBeUndefined();
    expect(acked).toHaveLength(200);
  });

  it('R49: closes 4429 who acks more often than there are events', async () => {
    const { log, identify } = realtimeHarness({ frameBurst: 10 });
    log.append(100);
    const { wire, say } = await identify(98);
    say({ op: 'resume', after: 98 });
    for (let seq = 1; seq <= 9; seq += 1) say({ op: 'ack', seq });
    expect(wire.closedWith).toBeUndefined();
    for (let seq = 10; seq <= 20; seq += 1) say({ op: 'ack', seq });
    expect(wire.closedWith).toBe(4429);
  });

  it('R52: pauses reading while a reader is slow, and goes on where it was', async () => {
    const { log, identify, pass } = realtimeHarness({ pauseAboveBytes: 1000 });
    const { wire, say } = await identify(0);
    log.append(100);
    wire.isStuck = true;
    say(HEARTBEAT);
    await settled();
    const sent = wire.seqs().length;
    expect(sent).toBeLessThan(15);
    await pass(10);
    expect(wire.seqs()).toHaveLength(sent);
    wire.take();
    await settled();
    expect(wire.seqs()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(wire.ops().at(-1)).toBe('heartbeat_ack');
  });

  it('R52: closes 4409 who does not take what waits', async () => {
    const { log, hearers, identify, pass } = realtimeHarness({ pauseAboveBytes: 1000 });
    const { wire } = await identify(0);
    wire.isStuck = true;
    hearers.tell(PERSON, log.append(100));
    await settled();
    await pass(29.5);
    expect(wire.closedWith).toBeUndefined();
    await pass(0.5);
    expect(wire.closedWith).toBe(4409);
  });

  it('R52: never keeps more than its bound in memory', async () => {
    const { log, hearers, identify } = realtimeHarness({ pageSize: 100, maxBufferedBytes: 2000 });
    const { wire } = await identify(0);
    wire.isStuck = true;
    hearers.tell(PERSON, log.append(100));
    await settled();
    expect(wire.closedWith).toBe(4409);
    expect(wire.bufferedAmount).toBeLessThan(2300);
  });
});

describe('Connection: ends', () => {
  it('R50: closes 4410 every socket of a device whose session ended, and no other', async () => {
    const { hearers, sockets, identify } = realtimeHarness();
    const [first, second, other] = [await identify(0), await identify(0), await identify(0, 'other device')];
    hearers.endSessions([DEVICE]);
    expect([first, second, other].map(({ wire }) => wire.closedWith)).toEqual([4410, 4410, undefined]);
    expect(sockets.identified).toBe(1);
    hearers.endSessions([DEVICE, OTHER_DEVICE]);
    expect(sockets.identified).toBe(0);
  });

  it('R50: does not let in a device whose session ended while its token was being checked', async () => {
    const { log, ended, connect } = realtimeHarness();
    log.append(1);
    const { wire, say } = connect();
    say({ op: 'identify', token: 'good', after: 0 });
    ended.add(DEVICE);
    await settled();
    expect(wire.ops()).toEqual(['hello']);
    expect(wire.closedWith).toBe(4410);
  });

  it('R50: sends nothing after the session ended, not even a page that was being read', async () => {
    const { log, hearers, identify } = realtimeHarness();
    const { wire } = await identify(0);
    log.isHeld = true;
    hearers.tell(PERSON, log.append());
    await settled();
    hearers.endSessions([DEVICE]);
    log.release();
    await settled();
    expect(wire.seqs()).toEqual([]);
  });

  it('sends clients away with a pause when the process goes down', async () => {
    const { identify } = realtimeHarness();
    const { connection, wire } = await identify(0);
    connection.sendAway(7);
    expect(wire.frames.at(-1)).toEqual({ op: 'reconnect', after_seconds: 7 });
    expect(wire.closedWith).toBe(1012);
  });

  it('leaves nothing behind when the transport is gone', async () => {
    const { log, hearers, sockets, identify, pass } = realtimeHarness();
    const { connection, wire } = await identify(0);
    connection.gone();
    connection.gone();
    expect(sockets.identified).toBe(0);
    expect(hearers.tell(PERSON, log.append())).toBe(0);
    await pass(60);
    expect(wire.closedWith).toBeUndefined();
  });
});
