import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { erasables } from '../../src/app/erasables.js';
import { checkErasables, readColumns } from '../../src/platform/erasure/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';

/** R27 against what is really there, after people have used it. */
describe('everything that is kept', () => {
  let flits: TestFlits;
  let anna: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    const [a, ben] = await Person.friends(flits.url);
    anna = a;
    await anna.send({ upload_id: await anna.upload(await samplePhoto()), caption: 'seen' }, [ben]);
    const { id } = await anna.sendText('hello', [ben], { view: { mode: 'once' } });
    await ben.open(id);
    await anna.request('POST', '/v1/friend-codes', { key: randomUUID(), body: { uses: 1, ask: true } });
    await anna.request('POST', '/v1/groups', { key: randomUUID(), body: { name: 'us', member_ids: [ben.id] } });
    await flits.publishLog();
  });
  afterAll(() => flits.stop());

  it('R27: a table or a column that nobody says how to erase stops the start, in words', async () => {
    await flits.asOwner('CREATE TABLE addresses (person_id uuid, street text); ALTER TABLE people ADD COLUMN phone text');
    const start = checkErasables(flits.platform.database, erasables);
    await expect(start).rejects.toThrow(/table public\.addresses has no owner\n.*column public\.people\.phone is not declared/s);
    await flits.asOwner('DROP TABLE addresses; ALTER TABLE people DROP COLUMN phone');
    await expect(checkErasables(flits.platform.database, erasables)).resolves.toBeUndefined();
  });

  it('R27: partitions belong to their table', async () => {
    const tables = new Set((await readColumns(flits.platform.database)).map(({ table }) => table));
    expect([...tables].filter((name) => /\d/.test(name))).toEqual([]);
    expect(tables.has('mortal.snaps')).toBe(true);
  });

  it('R27: an object whose name nobody owns is not stored', async () => {
    const put = async (name: string) => flits.platform.store.put(name, Buffer.from('x'), { contentType: 'text/plain' });
    await expect(put('thumbnails/1')).rejects.toThrow('nobody says how');
    await expect(put(`00/${Date.now()}/short`)).rejects.toThrow('nobody says how');
  });

  it('R27: every object that is there is owned', async () => {
    const names: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await flits.platform.store.list('', { cursor });
      names.push(...page.names);
      cursor = page.next;
    }
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !erasables.ruleOfObject('media', name))).toEqual([]);
    expect(names.some((name) => name.startsWith('log/'))).toBe(true);
  });

  (process.env.TEST_REDIS_URL ? it : it.skip)('R27: every key in Redis is owned', async () => {
    const redis = new Redis(flits.flits.config.REDIS_URL?.reveal() ?? '');
    const keys = await redis.keys('*');
    await redis.quit();
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.filter((key) => !erasables.ruleOfRedisKey(key))).toEqual([]);
  });

  it('R5: when an account is gone no row of any table names it', async () => {
    const { id } = anna;
    await anna.request('POST', '/v1/sessions/reauth', { body: { password: anna.password } });
    expect((await anna.request('DELETE', '/v1/me')).status).toBe(202);
    const tables = [...new Set((await readColumns(flits.platform.database)).map(({ table }) => table))];
    const holders = async () => {
      const found: string[] = [];
      for (const table of tables) {
        const [row] = await flits.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} AS t WHERE t::text LIKE '%' || $1 || '%'`, [
          id,
        ]);
        if (row!.n > 0) found.push(table);
      }
      return found;
    };
    expect((await holders()).length).toBeGreaterThan(0);
    await flits.shiftClock(2 * 3600 + 4000);
    await flits.sweep();
    await flits.sweep();
    // Events are ids alone and go with their step, at the latest 72 hours after they were born.
    expect((await holders()).filter((table) => table !== 'mortal.events')).toEqual([]);
  });
});

describe('the release before, on the schema of the next', () => {
  it('starts and serves: the newer release says how what it added is erased (docs/upgrading.md)', async () => {
    const before = await TestFlits.start();
    await before.flits.stop();
    await before.asOwner('CREATE TABLE addresses (person_id uuid, street text)');
    await expect(TestFlits.startOn(before.place)).rejects.toThrow('table public.addresses has no owner');
    await before.asOwner(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'CreateAddresses9999999999999')`);
    const again = await TestFlits.startOn(before.place);
    const [anna, ben] = await Person.friends(again.url);
    expect((await anna.send({ text: 'as ever' }, [ben])).status).toBe(201);
    await again.stop();
  });
});
