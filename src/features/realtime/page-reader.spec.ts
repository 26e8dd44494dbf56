import { FakeLog, settled } from '../../../test/support/realtime-harness.js';
import { PageReader } from './page-reader.js';

describe('PageReader', () => {
  const readerOf = (log: FakeLog, concurrentReads = 8) => new PageReader(log, { pageSize: 100, concurrentReads });

  it('shares a read that has not begun, with its serialisation', async () => {
    const log = new FakeLog();
    log.append(2);
    const reader = readerOf(log);
    const [first, second, other] = await Promise.all([reader.read('anna', 0), reader.read('anna', 0), reader.read('anna', 1)]);
    expect(first).toBe(second);
    expect(other.events).toHaveLength(1);
    expect(log.pagesRead).toBe(2);
  });

  it('does not share between people', async () => {
    const log = new FakeLog();
    const reader = readerOf(log);
    await Promise.all([reader.read('anna', 0), reader.read('ben', 0)]);
    expect(log.pagesRead).toBe(2);
  });

  it('never shares a read that has begun: it may have missed what the next asker was hinted', async () => {
    const log = new FakeLog();
    log.isHeld = true;
    const reader = readerOf(log);
    const early = reader.read('anna', 0);
    await settled();
    log.append();
    const late = reader.read('anna', 0);
    await settled();
    log.release();
    expect((await early).events).toHaveLength(0);
    expect((await late).events).toHaveLength(1);
  });

  it('caps reads under way, heads included, and goes on after one that failed', async () => {
    const log = new FakeLog();
    log.isHeld = true;
    const reader = readerOf(log, 3);
    const reads = [...Array(5).keys()].map((after) => reader.read('anna', after));
    const heads = [...Array(5).keys()].map((n) => reader.head(`somebody ${n}`));
    const outcome = Promise.allSettled([...reads, ...heads]);
    await settled();
    expect(log.pagesRead + log.headsRead).toBe(3);
    log.isAway = true;
    log.release();
    log.isHeld = false;
    const results = await outcome;
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(log.pagesRead + log.headsRead).toBe(10);
  });
});
