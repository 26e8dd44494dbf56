import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { createDataSource, Database } from '../../src/platform/database/index.js';
import { awayFault } from '../../src/platform/http/away.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

describe('the transaction helper', () => {
  let test: TestDatabase;
  let source: DataSource;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    source = await createDataSource({ url: test.ownerUrl, poolSize: 4 }).initialize();
    database = new Database(source);
    await database.query('CREATE TABLE accounts (id int PRIMARY KEY, n int NOT NULL)');
    await database.query('INSERT INTO accounts VALUES (1, 0), (2, 0)');
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  it('40P01: of two transactions that wait for each other one is run again, whole', async () => {
    let runs = 0;
    const announced: string[] = [];
    const gate = new Barrier(2);
    const work = (name: string, first: number, second: number) =>
      database.transaction(async (tx) => {
        runs += 1;
        await tx.query('UPDATE accounts SET n = n + 1 WHERE id = $1', [first]);
        await gate.arrive();
        await tx.query('UPDATE accounts SET n = n + 1 WHERE id = $1', [second]);
        tx.afterCommit(() => announced.push(name));
      });
    await Promise.all([work('a', 1, 2), work('b', 2, 1)]);
    expect(runs).toBe(3);
    expect(announced.sort()).toEqual(['a', 'b']);
    expect(await database.query('SELECT n FROM accounts ORDER BY id')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('40001: a serialization failure runs the closure again in a new transaction', async () => {
    let runs = 0;
    const gate = new Barrier(2);
    const increment = () =>
      database.transaction(async (tx) => {
        runs += 1;
        await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        const [row] = await tx.query<{ n: number }>('SELECT n FROM accounts WHERE id = 1');
        await gate.arrive();
        await tx.query('UPDATE accounts SET n = $1 WHERE id = 1', [(row?.n ?? 0) + 10]);
      });
    await Promise.all([increment(), increment()]);
    expect(runs).toBe(3);
    expect(await database.query('SELECT n FROM accounts WHERE id = 1')).toEqual([{ n: 22 }]);
  });

  it('announces nothing of what was rolled back, and other errors are not retried', async () => {
    let runs = 0;
    const announced: string[] = [];
    await expect(
      database.transaction(async (tx) => {
        runs += 1;
        tx.afterCommit(() => announced.push('never'));
        await tx.query('INSERT INTO accounts VALUES (1, 0)');
      }),
    ).rejects.toMatchObject({ driverError: { code: '23505' } });
    expect([runs, announced]).toEqual([1, []]);
  });

  it.each([0, 50])('a connection that dies between two statements is a service that is away, not a bug (%i ms later)', async (ms) => {
    const died = await database
      .transaction(async (tx) => {
        const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await database.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]);
        await delay(ms); // Noticed by the time of the next statement, or not yet.
        await tx.query('SELECT 1');
      })
      .catch((error: unknown) => error);
    expect(died).toBeInstanceOf(Error);
    expect(awayFault(died)?.code).toBe('unavailable');
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('a statement with a lock waits behind it, and leaves nothing where it fails', async () => {
    const lock = { name: 'test.lock', text: 'SELECT n FROM accounts WHERE id = $1 FOR UPDATE', values: 1 };
    const add = { name: 'test.add', text: 'UPDATE accounts SET n = n + $2 WHERE id = $1 RETURNING n', lock };
    await database.query('UPDATE accounts SET n = 0');
    const answers = await Promise.all(Array.from({ length: 8 }, () => database.statement<{ n: number }>(add, [1, 1])));
    expect(answers.map(([row]) => row?.n).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(database.statement({ ...add, name: 'test.bad', text: `${add.text}, n / 0` }, [1, 1])).rejects.toThrow('division');
    expect(await database.query('SELECT n FROM accounts WHERE id = 1')).toEqual([{ n: 8 }]);
  });

  it('a statement whose lock fails says why, does nothing, and works again afterwards', async () => {
    const lock = { name: 'test.may_lock', text: 'SELECT n, 1 / $2::int FROM accounts WHERE id = $1 FOR UPDATE', values: 2 };
    const add = { name: 'test.may_add', text: 'UPDATE accounts SET n = n + $2 WHERE id = $1 RETURNING n', lock };
    await database.query('UPDATE accounts SET n = 5');
    for (let round = 0; round < 6; round += 1) await expect(database.statement(add, [1, 0])).rejects.toThrow('division');
    const answers = await Promise.all(Array.from({ length: 6 }, () => database.statement<{ n: number }>(add, [1, 1])));
    expect(answers.map(([row]) => row?.n).sort((a, b) => a! - b!)).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('a connection that dies under a statement with a lock is a service that is away, and takes nothing else with it', async () => {
    const lock = { name: 'test.who', text: 'SELECT 1', values: 0 };
    const slow = { name: 'test.slow', text: `SELECT pg_sleep(60), 'a slow one'`, lock };
    const dying = database.statement(slow, []).catch((error: unknown) => error);
    await until('its end', async () => {
      const rows = await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%a slow one%' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      return rows.length === 1;
    });
    expect(awayFault(await dying)?.code).toBe('unavailable');
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

/** Lets everybody pass once so many have arrived, and whoever comes later at once. */
class Barrier {
  #waiting: (() => void)[] = [];
  #open = false;

  constructor(private readonly size: number) {}

  async arrive(): Promise<void> {
    if (this.#open) return;
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#waiting.length === this.size) {
      this.#open = true;
      this.#waiting.forEach((go) => go());
    }
    await turn;
  }
}
