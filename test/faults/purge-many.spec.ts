import { createLogger } from '../../src/platform/observability/index.js';
import { ErasureSettler } from '../../src/features/expiry/erasure-settler.js';
import { objectName } from '../../src/features/expiry/index.js';
import { ObjectEraser } from '../../src/features/expiry/object-eraser.js';
import { Hours, Random } from '../../src/platform/ids/index.js';
import { Metrics } from '../../src/platform/observability/index.js';
import type { DeleteResult, ObjectStore } from '../../src/platform/storage/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

jest.setTimeout(240_000);

const MANY = 10_000;

describe('many at once', () => {
  let flits: TestFlits;

  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
    const [anna, ben] = await Person.friends(flits.url);
    const { id } = await anna.sendText('one of many', [ben], { ttl_seconds: 60 });
    // The same snap ten thousand times, each with an id and a commitment of its own.
    const columns = (
      await flits.query<{ c: string }>(
        `SELECT string_agg(quote_ident(attname), ', ') AS c FROM pg_attribute
       WHERE attrelid = 'mortal.snaps'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'salt')`,
      )
    )[0]!.c;
    await flits.query(
      `INSERT INTO mortal.snaps (id, salt, ${columns})
       SELECT (left($1, 14) || '8' || substr(md5(n::text), 1, 3) || '-8' || substr(md5(n::text), 4, 3) || '-' || substr(md5(n::text), 7, 12))::uuid,
              decode(md5(n::text) || md5(n::text), 'hex'), ${columns}
       FROM mortal.snaps CROSS JOIN generate_series(1, $2) AS n WHERE id = $1::uuid`,
      [id, MANY],
    );
  });
  afterAll(() => flits.stop());

  it('R28: thousands of snaps that fall due in the same moment are erased and proven within a minute of work', async () => {
    expect((await flits.query<{ n: number }>('SELECT count(*)::int AS n FROM mortal.snaps'))[0]!.n).toBe(MANY + 1);
    await flits.shiftClock(61);
    await flits.sweep();
    await flits.sweep();
    expect((await flits.query<{ n: number }>(`SELECT count(*)::int AS n FROM mortal.snaps WHERE state <> 'erased'`))[0]!.n).toBe(0);
    expect((await flits.query<{ n: number }>('SELECT count(*)::int AS n FROM erasures_owed'))[0]!.n).toBe(0);
  });
});

describe('a store that keeps what it should delete', () => {
  const label = 3_600_000;
  const hours = new Hours({ bucketSeconds: 3600, ttlSeconds: 43_200 });
  const log = createLogger({ level: 'silent' });

  /** A store as S3 answers: each name has a result of its own. */
  class StubbornStore {
    readonly names = new Set<string>();
    denied = new Set<string>();
    isAway = false;
    calls: number[] = [];

    deleteMany(names: readonly string[]): Promise<DeleteResult[]> {
      if (this.isAway) return Promise.reject(new Error('away'));
      this.calls.push(names.length);
      return Promise.resolve(
        names.map((name) => {
          if (this.denied.has(name)) return { name, deleted: false, reason: 'AccessDenied' };
          this.names.delete(name);
          return { name, deleted: true };
        }),
      );
    }

    list(prefix: string): Promise<{ names: string[] }> {
      return Promise.resolve({ names: [...this.names].filter((name) => name.startsWith(prefix)) });
    }
  }

  function stage(count: number) {
    const store = new StubbornStore();
    const random = new Random();
    const names = Array.from({ length: count }, () => objectName(label, random));
    names.forEach((name) => store.names.add(name));
    const metrics = new Metrics();
    return { store, names, metrics, eraser: new ObjectEraser(store as unknown as ObjectStore, hours, metrics, log) };
  }

  it('reads the result of every name; "access denied" is an alarm, never "gone"', async () => {
    const { store, names, metrics, eraser } = stage(2500);
    store.denied = new Set([names[7]!, names[2007]!]);
    const kept = await eraser.eraseEach(names);
    expect(store.calls).toEqual([1000, 1000, 500]);
    expect([...kept]).toEqual([
      [names[7], 'AccessDenied'],
      [names[2007], 'AccessDenied'],
    ]);
    expect(await metrics.text()).toContain('flits_erasures_denied_total 2');
  });

  it('looks whether what the store calls deleted is still listed', async () => {
    const { store, names, eraser } = stage(3);
    jest.spyOn(store, 'deleteMany').mockResolvedValue(names.map((name) => ({ name, deleted: true })));
    expect([...(await eraser.eraseEach(names)).values()]).toEqual(['StillListed', 'StillListed', 'StillListed']);
  });

  it('one debt that cannot be paid holds up no other, and waits longer each time', async () => {
    const flits = await TestFlits.start();
    try {
      await flits.stopWorker();
      const { store, names, metrics, eraser } = stage(3);
      store.denied = new Set([names[1]!]);
      const { database, clock } = flits.platform;
      for (const name of names) {
        await flits.query(
          `INSERT INTO erasures_owed (id, label, commitment, reason, object_names, owed_at, next_attempt_at)
           SELECT gen_random_uuid(), $1, decode(md5($2) || md5($2), 'hex'), 'unsent', ARRAY[$2], now, now FROM flits_now() AS now`,
          [label, name],
        );
      }
      const ledger = { erased: jest.fn((_tx: unknown, _erasures: unknown, _hour: number) => Promise.resolve()) };
      const settler = new ErasureSettler(database, eraser, ledger as never, clock, hours, metrics, log);
      await settler.settleDue();
      expect(ledger.erased.mock.calls.flatMap(([, erasures]) => erasures as unknown[])).toHaveLength(2);
      const owed = () =>
        flits.query<{ attempts: number; wait: number; name: string }>(
          `SELECT attempts, extract(epoch FROM next_attempt_at - flits_now())::float8 AS wait, object_names[1] AS name FROM erasures_owed`,
        );
      const [first] = await owed();
      expect(first).toMatchObject({ attempts: 1, name: names[1] });
      await flits.query('UPDATE erasures_owed SET next_attempt_at = flits_now()');
      await settler.settleDue();
      expect((await owed())[0]!.wait).toBeGreaterThan(first!.wait);
      // The store gives in: the debt is paid, its leaf written.
      store.denied.clear();
      await flits.query('UPDATE erasures_owed SET next_attempt_at = flits_now()');
      await settler.settleDue();
      expect(await owed()).toEqual([]);
      expect(ledger.erased.mock.calls.flatMap(([, erasures]) => erasures as unknown[])).toHaveLength(3);
    } finally {
      await flits.stop();
    }
  });
});
