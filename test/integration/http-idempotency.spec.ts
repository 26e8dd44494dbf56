import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Secret } from '../../src/platform/config/index.js';
import { MasterKeys } from '../../src/platform/crypto/index.js';
import { createDataSource, Database, type Transaction } from '../../src/platform/database/index.js';
import { Fault } from '../../src/platform/faults/index.js';
import { Idempotency, type IdempotencyMacs } from '../../src/platform/http/index.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const keysOf = (byte: number) => new MasterKeys(new Secret(Buffer.alloc(32, byte).toString('base64')));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Fault ? error.code : Promise.reject(error as Error)),
  );

describe('idempotency keys', () => {
  let test: TestDatabase;
  let source: DataSource;
  let database: Database;
  let idempotency: Idempotency;
  const scope = randomUUID();
  const macs = (key: string, body: unknown = { a: 1 }) => idempotency.mac(scope, 'POST /v1/things', key, body);
  const once = (of: IdempotencyMacs, work: (tx: Transaction) => Promise<string>, diesAt = 0) => idempotency.once(of, () => diesAt, work);
  const rowsOf = (of: IdempotencyMacs) =>
    database.query<{ result_id: string; hours: number }>(
      'SELECT result_id, extract(epoch FROM dies_at - flits_now()) / 3600 AS hours FROM idempotency_keys WHERE key_mac = $1',
      [of.keyMac],
    );

  beforeAll(async () => {
    test = await createTestDatabase();
    source = await createDataSource({ url: test.appUrl, poolSize: 8 }).initialize();
    database = new Database(source);
    idempotency = new Idempotency(database, keysOf(7));
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  it('runs the work once, and gives the same id after that', async () => {
    const id = randomUUID();
    let runs = 0;
    const work = async () => {
      runs += 1;
      return id;
    };
    expect(await once(macs('first'), work)).toEqual({ id, replayed: false });
    expect(await once(macs('first'), work)).toEqual({ id, replayed: true });
    expect(await idempotency.find(macs('first'))).toMatchObject({ resultId: id });
    expect(runs).toBe(1);
  });

  it('refuses the same key with another body, and reads members in any order', async () => {
    const id = randomUUID();
    await once(macs('body', { a: 1, b: [{ c: 2, d: 3 }] }), async () => id);
    expect((await once(macs('body', { b: [{ d: 3, c: 2 }], a: 1 }), async () => randomUUID())).id).toBe(id);
    expect(await codeOf(once(macs('body', { a: 2 }), async () => randomUUID()))).toBe('idempotency_key_reused');
  });

  it('R53: scope and route make it another key', async () => {
    const [a, b, c] = [
      idempotency.mac(scope, 'r', 'k', {}),
      idempotency.mac(randomUUID(), 'r', 'k', {}),
      idempotency.mac(scope, 's', 'k', {}),
    ];
    const ids = [await once(a, async () => randomUUID()), await once(b, async () => randomUUID()), await once(c, async () => randomUUID())];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
  });

  it('while one runs, another one is told so', async () => {
    const held = new Gate<string>();
    const started = new Gate<undefined>();
    const first = once(macs('flight'), () => (started.open(undefined), held.opened));
    await started.opened;
    expect(await codeOf(once(macs('flight'), async () => randomUUID()))).toBe('in_flight');
    expect(await codeOf(once(macs('another'), async () => randomUUID()))).toBe('none');
    held.open(randomUUID());
    const { id } = await first;
    expect(await once(macs('flight'), async () => randomUUID())).toEqual({ id, replayed: true });
  });

  it('twenty at once do the work once', async () => {
    let committed = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        once(macs('twenty'), async (tx) => {
          tx.afterCommit(() => (committed += 1));
          return randomUUID();
        }).then(
          ({ id }) => id,
          (error: unknown) => (error as Fault).code,
        ),
      ),
    );
    expect(committed).toBe(1);
    const [row] = await rowsOf(macs('twenty'));
    expect(outcomes.every((outcome) => outcome === row?.result_id || outcome === 'in_flight')).toBe(true);
  });

  it('work that fails leaves nothing, and the key may be used again', async () => {
    expect(await codeOf(once(macs('fails'), () => Promise.reject(new Fault('not_found', 'x'))))).toBe('not_found');
    expect(await rowsOf(macs('fails'))).toEqual([]);
    expect((await once(macs('fails'), async () => randomUUID())).replayed).toBe(false);
  });

  it('lives to the end of its result’s hour, and 24 hours at least', async () => {
    const [{ now }] = (await database.query('SELECT epoch_ms(flits_now()) AS now')) as [{ now: string }];
    await once(macs('short'), async () => randomUUID(), Number(now) + 3_600_000);
    await once(macs('long'), async () => randomUUID(), Number(now) + 72 * 3_600_000);
    expect(Number((await rowsOf(macs('short')))[0]?.hours)).toBeCloseTo(24, 1);
    expect(Number((await rowsOf(macs('long')))[0]?.hours)).toBeCloseTo(72, 1);
  });

  it('R27: past its time it counts for nothing, whether or not the sweep has come', async () => {
    const id = randomUUID();
    for (const key of ['dead', 'living']) await once(macs(key), async () => id);
    await database.query(`UPDATE idempotency_keys SET dies_at = flits_now() WHERE key_mac = $1`, [macs('dead').keyMac]);
    expect(await idempotency.find(macs('dead'))).toBeUndefined();
    expect((await once(macs('dead', { other: true }), async () => randomUUID())).replayed).toBe(false);
    await database.query(`UPDATE idempotency_keys SET dies_at = flits_now() WHERE key_mac = $1`, [macs('dead').keyMac]);
    await idempotency.deleteDead();
    expect(await rowsOf(macs('dead'))).toEqual([]);
    expect(await rowsOf(macs('living'))).toHaveLength(1);
  });

  it('keeps no key and no body, and nothing that can be found without the master key', async () => {
    const given = macs('a key of mine', { text: 'dear diary' });
    await once(given, async () => randomUUID());
    const dump = JSON.stringify(
      await database.query(`SELECT encode(key_mac, 'escape') k, encode(body_mac, 'escape') b, route, scope FROM idempotency_keys`),
    );
    expect(dump).not.toMatch(/a key of mine|dear diary/);
    expect(new Idempotency(database, keysOf(8)).mac(scope, 'POST /v1/things', 'a key of mine', { text: 'dear diary' }).keyMac).not.toEqual(
      given.keyMac,
    );
  });

  it('makes a scope of a handle that is a UUID and the same each time', () => {
    expect(idempotency.scopeOf('handle', 'alice')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(idempotency.scopeOf('handle', 'alice')).toBe(idempotency.scopeOf('handle', 'alice'));
    expect(idempotency.scopeOf('handle', 'alice')).not.toBe(idempotency.scopeOf('handle', 'alicf'));
  });
});

/** A promise that the test resolves. */
class Gate<T> {
  open!: (value: T) => void;
  readonly opened = new Promise<T>((resolve) => (this.open = resolve));
}
