import { AckBatcher } from './ack-batcher.js';
import { AckSink, type Ack } from './ack-sink.js';

class FakeSink extends AckSink {
  readonly written: [string, string, number][] = [];
  /** Devices a statement, those that failed as well. */
  readonly sizes: number[] = [];
  broken = new Set<string>();

  override async ack(acks: readonly Ack[]): Promise<void> {
    await Promise.resolve();
    this.sizes.push(acks.length);
    if (acks.some(({ deviceId }) => this.broken.has(deviceId))) throw new Error('the database is away');
    this.written.push(...acks.map(({ personId, deviceId, seq }): [string, string, number] => [personId, deviceId, seq]));
  }
}

describe('AckBatcher', () => {
  let sink: FakeSink;
  let failures: unknown[];
  let acks: AckBatcher;

  beforeEach(() => {
    jest.useFakeTimers();
    sink = new FakeSink();
    failures = [];
    acks = new AckBatcher(sink, { ackEveryMs: 200, ackRetryMs: 5000 }, (error) => failures.push(error));
  });
  afterEach(async () => {
    await acks.onApplicationShutdown();
    jest.useRealTimers();
  });

  it('writes the highest of each device, once, within 200 ms', async () => {
    for (const seq of [1, 5, 3]) acks.add('anna', 'phone', seq);
    acks.add('anna', 'tablet', 2);
    expect(sink.written).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(sink.written).toEqual([['anna', 'phone', 5], ['anna', 'tablet', 2]]); // prettier-ignore
    await jest.advanceTimersByTimeAsync(10_000);
    expect(sink.written).toHaveLength(2);
  });

  it('tries again later what failed, and lets it hold up nobody for good', async () => {
    sink.broken.add('bad');
    acks.add('anna', 'bad', 1);
    acks.add('ben', 'good', 4);
    await jest.advanceTimersByTimeAsync(200);
    expect(failures).toHaveLength(1);
    acks.add('ben', 'good', 6);
    acks.add('anna', 'bad', 2);
    await jest.advanceTimersByTimeAsync(4900);
    expect(sink.written).toEqual([]); // Not hammered meanwhile.
    await jest.advanceTimersByTimeAsync(100);
    expect(failures).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(5000);
    expect(sink.written).toEqual([['ben', 'good', 6]]);
    expect(failures).toHaveLength(3);
    sink.broken.clear();
    await jest.advanceTimersByTimeAsync(5000);
    expect(sink.written.at(-1)).toEqual(['anna', 'bad', 2]);
  });

  it('writes a hundred devices at once, and after a failure one, then twice as many each time', async () => {
    const add = (count: number, seq: number) => Array.from({ length: count }, (_, n) => acks.add('anna', `device ${n}`, seq));
    add(250, 1);
    await jest.advanceTimersByTimeAsync(200);
    expect(sink.sizes).toEqual([100, 100, 50]);
    sink.broken.add('device 4');
    add(10, 2);
    await jest.advanceTimersByTimeAsync(200);
    sink.sizes.length = 0;
    await jest.advanceTimersByTimeAsync(5000);
    expect(sink.sizes).toEqual([1, 2, 4]); // It is among the four.
    await jest.advanceTimersByTimeAsync(30_000);
    expect(sink.written.filter(([, , seq]) => seq === 2)).toHaveLength(9);
    sink.broken.clear();
    add(250, 3);
    await jest.advanceTimersByTimeAsync(5000);
    sink.sizes.length = 0;
    add(250, 4);
    await jest.advanceTimersByTimeAsync(200);
    expect(sink.sizes).toEqual([100, 100, 50]);
  });

  it('flushes at once when the process goes down, and never rejects', async () => {
    sink.broken.add('bad');
    acks.add('ben', 'good', 4);
    acks.add('anna', 'bad', 1);
    await acks.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([sink.sizes, failures.length]).toEqual([[2], 1]);
  });

  it('writes at its end what a long poll acked behind the flush of the sockets', async () => {
    await acks.flush();
    acks.add('ben', 'tablet', 7);
    await acks.onApplicationShutdown();
    expect(sink.written).toEqual([['ben', 'tablet', 7]]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
