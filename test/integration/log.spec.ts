import { randomBytes } from 'node:crypto';
import type { Secret } from '../../src/platform/config/index.js';
import { LogKeyHistory } from '../../src/features/ledger/log/log-key-history.js';
import { LogKeyArchive } from '../../src/features/ledger/log/log-key-archive.js';
import { LogTables } from '../../src/features/ledger/log/log-tables.js';
import { LogArchive } from '../../src/features/ledger/log/log-archive.js';
import { LogReader } from '../../src/features/ledger/log/log-reader.js';
import { acceptLeaf, eraseLeaf, hourLeaf, LogKey, Sequencer } from '../../src/features/ledger/index.js';
import { join, leafHash, provesConsistency } from '../../src/features/ledger/tree/index.js';
import { grow } from '../../src/features/ledger/tree/growth.js';
import { ObjectStoreError } from '../../src/platform/storage/index.js';
import { TestFlits } from '../support/flits.js';

const HOUR = 3600;

describe('the public log', () => {
  let flits: TestFlits;
  let shift: number;

  beforeEach(async () => {
    // Else its worker might see the hour's end, which has a leaf of its own, before it stands still.
    flits = await TestFlits.startAwayFromHourEnd();
    await flits.stopWorker();
    shift = flits.shift;
    await flits.flits.app.get(Sequencer, { strict: false }).run();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await flits.stop();
  });

  /** One more worker of this log, on the same database and store. */
  function sequencer(): Sequencer {
    const { database, store, hours } = flits.platform;
    const key = flits.flits.app.get(LogKey, { strict: false });
    return new Sequencer(database, new LogTables(database), new LogArchive(store), key, hours);
  }

  const write = (leaf: string, subject: Buffer) =>
    flits.query('INSERT INTO ledger_outbox (subject, leaf) VALUES ($1, $2)', [subject, leaf]);

  async function accept(count: number): Promise<string[]> {
    const leaves: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const commitment = randomBytes(32);
      leaves.push(acceptLeaf(commitment, 3_600_000));
      await write(leaves.at(-1)!, commitment);
    }
    return leaves;
  }

  async function passCut(): Promise<void> {
    shift += HOUR;
    await flits.shiftClock(shift);
  }

  const inLog = async () =>
    (await flits.query<{ leaf: string; position: string }>('SELECT * FROM log_leaves ORDER BY position')).map(({ leaf }) => leaf);
  const positions = async () =>
    (await flits.query<{ position: string }>('SELECT position FROM log_leaves ORDER BY position')).map(({ position }) => Number(position));
  const heads = async () =>
    (await flits.query<{ size: string; note: string }>('SELECT size, note FROM log_checkpoints ORDER BY size')).map(({ size, note }) => ({
      size: Number(size),
      root: Buffer.from(note.split('\n')[2]!, 'base64'),
    }));
  const rootOf = (leaves: readonly string[]) => join(grow(0, [], leaves.map(leafHash)).edge);
  const archived = async () => (await flits.platform.store.list('log/leaves/')).names;

  it('begins with a signed head of nothing', async () => {
    expect(await heads()).toEqual([{ size: 0, root: rootOf([]) }]);
  });

  it('publishes once a bucket, everything that was written before its cut and nothing after', async () => {
    const first = await accept(3);
    await sequencer().run();
    expect(await inLog()).toEqual([]);
    await passCut();
    const second = await accept(2);
    await sequencer().run();
    await sequencer().run();
    const published = await inLog();
    expect([...published].sort()).toEqual([...first].sort());
    await passCut();
    await sequencer().run();
    const all = await inLog();
    expect(all.slice(0, 3)).toEqual(published);
    expect([...all.slice(3)].sort()).toEqual([...second].sort());
    expect(await heads()).toEqual([0, 3, 5].map((size) => ({ size, root: rootOf(all.slice(0, size)) })));
    expect(await archived()).toEqual(['log/leaves/0000000000000000', 'log/leaves/0000000000000003']);
  });

  it('shuffles: the order in the log is another one than that of writing, and another one each time', async () => {
    const ranks: number[][] = [];
    for (let round = 0; round < 3; round += 1) {
      const written = await accept(40);
      await passCut();
      await sequencer().run();
      const published = (await inLog()).slice(-40);
      ranks.push(published.map((leaf) => written.indexOf(leaf)));
    }
    const sorted = Array.from({ length: 40 }, (_, n) => n);
    for (const order of ranks) {
      expect([...order].sort((a, b) => a - b)).toEqual(sorted);
      expect(order).not.toEqual(sorted);
      // 40 places apart by chance: about 1 falls into its own; 20 would be one in 10^18.
      expect(order.filter((rank, place) => rank === place).length).toBeLessThan(20);
    }
    expect(ranks[0]).not.toEqual(ranks[1]);
    expect(ranks[1]).not.toEqual(ranks[2]);
  });

  it('several sequencers at once: every position once, every leaf once, one head a size', async () => {
    const written: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      written.push(...(await accept(10)));
      await passCut();
      await Promise.all(Array.from({ length: 6 }, () => sequencer().run()));
    }
    expect(await positions()).toEqual(Array.from({ length: 40 }, (_, n) => n));
    const all = await inLog();
    expect([...all].sort()).toEqual([...written].sort());
    expect(await heads()).toEqual([0, 10, 20, 30, 40].map((size) => ({ size, root: rootOf(all.slice(0, size)) })));
  });

  it('a row that is not yet committed at its cut is taken by the next one, though younger ones went first', async () => {
    const { database } = flits.platform;
    const slow = randomBytes(32);
    let commit = () => {};
    const held = new Promise<void>((resolve) => (commit = resolve));
    let hasWritten = () => {};
    const written = new Promise<void>((resolve) => (hasWritten = resolve));
    const sending = database.transaction(async (tx) => {
      await tx.query('INSERT INTO ledger_outbox (subject, leaf) VALUES ($1, $2)', [slow, acceptLeaf(slow, 3_600_000)]);
      hasWritten();
      await held;
    });
    await written;
    const younger = await accept(2);
    await passCut();
    const worker = sequencer();
    await worker.run();
    expect([...(await inLog())].sort()).toEqual([...younger].sort());
    commit();
    await sending;
    await worker.run();
    expect(await inLog()).toHaveLength(2);
    await passCut();
    await worker.run();
    expect((await inLog()).at(-1)).toBe(acceptLeaf(slow, 3_600_000));
  });

  it('with the store away no head is signed; later the same positions get the same leaves', async () => {
    await accept(5);
    await passCut();
    const away = jest.spyOn(flits.platform.store, 'put').mockRejectedValue(new ObjectStoreError('put', 'TimeoutError'));
    await expect(sequencer().run()).rejects.toThrow('TimeoutError');
    const assigned = await inLog();
    expect(assigned).toHaveLength(5);
    expect(await heads()).toHaveLength(1);
    const reader = new LogReader(new LogTables(flits.platform.database));
    expect(await reader.leaves(0, 10)).toEqual([]);
    expect(await reader.proof(Buffer.from(assigned[0]!.split(' | ')[1]!, 'hex'), 'accept')).toBeUndefined();
    away.mockRestore();
    await accept(3);
    await passCut();
    await sequencer().run();
    const all = await inLog();
    expect(all.slice(0, 5)).toEqual(assigned);
    expect((await heads()).map(({ size }) => size)).toEqual([0, 5, 8]);
    expect(await archived()).toHaveLength(2);
  });

  it('a database restored from before goes on from what the store holds, and history never forks', async () => {
    const lost = randomBytes(32);
    const kept = await accept(3);
    await passCut();
    await sequencer().run();
    await accept(4);
    await write(acceptLeaf(lost, 7_200_000), lost);
    await write(eraseLeaf(lost, 'unsent', 7_200_000), lost);
    await write(hourLeaf(3_600_000, 256), Buffer.from('3600000'));
    await passCut();
    await sequencer().run();
    await accept(2);
    await passCut();
    await sequencer().run();
    const [before, headsBefore] = [await inLog(), await heads()];
    // A dump from after the first batch: three leaves, and rows of the outbox of which the log already knows more.
    await flits.asOwner(`DELETE FROM log_leaves WHERE position >= 3; DELETE FROM log_checkpoints WHERE size > 3; DELETE FROM log_cuts;
      DELETE FROM log_nodes WHERE (index + 1) * (1 << level) > 3;
      DELETE FROM ledger_outbox o WHERE NOT EXISTS (SELECT 1 FROM log_leaves l WHERE l.outbox_id = o.id) AND o.id % 2 = 0`);
    // Before it has caught up, the restored server closes an hour that was closed before, and erases anew, for another reason.
    await flits.query('INSERT INTO ledger_outbox (subject, leaf) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      Buffer.from('3600000'),
      hourLeaf(3_600_000, 255),
    ]);
    await flits.query('INSERT INTO ledger_outbox (subject, leaf) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      lost,
      eraseLeaf(lost, 'lost', 10_800_000),
    ]);
    expect(await inLog()).toHaveLength(kept.length);
    await Promise.all([sequencer().run(), sequencer().run()]);
    expect(await inLog()).toEqual(before);
    expect(await heads()).toEqual(headsBefore);
    const fresh = await accept(1);
    await passCut();
    await sequencer().run();
    expect((await inLog()).slice(before.length)).toEqual(fresh);
    const reader = new LogReader(new LogTables(flits.platform.database));
    const proof = await reader.consistency(headsBefore.at(-1)!.size, before.length + 1);
    expect(provesConsistency(headsBefore.at(-1)!, (await heads()).at(-1)!, proof!)).toBe(true);
  });

  it('refuses in words to go on where the store holds another history', async () => {
    await accept(2);
    await passCut();
    await flits.platform.store.put(
      'log/leaves/0000000000000000',
      Buffer.from(`flits-log-batch-v1\n0\n1\n${rootOf([]).toString('base64')}\n\n${hourLeaf(1, 256)}\n`),
      { contentType: 'text/plain' },
    );
    await expect(sequencer().run()).rejects.toThrow(/two databases write one log/);
    expect([await inLog(), await heads()]).toEqual([[], [{ size: 0, root: rootOf([]) }]]);
    await flits.platform.store.deleteMany(['log/leaves/0000000000000000']);
    await sequencer().run();
    expect(await inLog()).toHaveLength(2);
    await accept(1);
    await passCut();
    jest.spyOn(flits.platform.store, 'put').mockRejectedValueOnce(new ObjectStoreError('put', 'TimeoutError'));
    await expect(sequencer().run()).rejects.toThrow('TimeoutError');
    await flits.platform.store.put('log/leaves/0000000000000002', Buffer.from('else'), { contentType: 'text/plain' });
    await expect(sequencer().run()).rejects.toThrow(/other leaves from position 2 on/);
    expect((await heads()).at(-1)?.size).toBe(2);
  });

  it('R34: the application’s role may add to the log, and never change or take back', async () => {
    await accept(1);
    await passCut();
    await sequencer().run();
    for (const table of ['ledger_outbox', 'log_leaves', 'log_nodes', 'log_cuts', 'log_checkpoints']) {
      const [column] = await flits.query<{ name: string }>(
        'SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1',
        [table],
      );
      for (const forbidden of [
        `UPDATE ${table} SET "${column!.name}" = DEFAULT`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
        `DROP TABLE ${table}`,
      ]) {
        await expect(flits.query(forbidden)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('a clock that went back hides nothing', async () => {
    const worker = sequencer();
    await accept(1);
    await passCut();
    await passCut();
    await passCut();
    await worker.run();
    shift -= 3 * HOUR;
    await flits.shiftClock(shift);
    await accept(2);
    await passCut();
    await worker.run();
    expect(await inLog()).toHaveLength(3);
  });
});

describe('the keys of the log', () => {
  it('stay named after a new one took over, so that what they signed stays verifiable', async () => {
    const flits = await TestFlits.start();
    try {
      const seed = () => ({ reveal: () => randomBytes(32).toString('base64') }) as unknown as Secret;
      const archive = new LogKeyArchive(flits.platform.store);
      const [present] = await new LogKeyHistory(flits.platform.database, flits.flits.app.get(LogKey, { strict: false }), archive).read();
      expect(present).toEqual({
        key: expect.stringContaining('/log+') as string,
        from: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) as string,
        until: null,
      });
      await flits.shiftClock(HOUR);
      const next = new LogKeyHistory(flits.platform.database, new LogKey(seed(), 'localhost/log'), archive);
      const both = await next.read();
      expect(both.map(({ key, until }) => [key, until])).toEqual([
        [present!.key, both[1]!.from],
        [both[1]!.key, null],
      ]);
      expect(Date.parse(both[1]!.from) - Date.parse(present!.from)).toBeGreaterThan((HOUR - 60) * 1000);
      expect(await next.read()).toEqual(both);
      // A database restored from before: the store knows who has signed since.
      await flits.asOwner(`DELETE FROM settings WHERE name LIKE 'log_key %'`);
      expect(await next.read()).toEqual(both);
    } finally {
      await flits.stop();
    }
  });
});
