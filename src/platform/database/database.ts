import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import type { Pool, QueryResult } from 'pg';
import type { Statement } from './statement.js';

const RETRIED = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const MAX_ATTEMPTS = 5;

/** One open transaction. What must be said once it is committed goes through `afterCommit`. */
export interface Transaction {
  readonly manager: EntityManager;
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs last of all the transaction's writes: for locks that come last in the lock order. */
  beforeCommit(work: () => Promise<void>): void;
  afterCommit(announce: () => void): void;
}

/** The one way to PostgreSQL: hot statements by name, plain queries, and the one helper that opens transactions. */
export class Database {
  constructor(readonly dataSource: DataSource) {}

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** A prepared statement, behind its lock where it has one; run again where PostgreSQL rolled it back to resolve a conflict. */
  async statement<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]> {
    return retried(async () => {
      if (statement.lock) return this.#locked(statement.lock, statement, values);
      const result = await this.#pool.query({ name: statement.name, text: statement.text, values: [...values] });
      return result.rows as Row[];
    });
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.#pool.query(text, [...values]);
    return result.rows as Row[];
  }

  /**
   * Runs `work` in one transaction. A serialization failure or deadlock re-runs the whole closure in a new transaction, so
   * it must not have effects outside the database; those wait in `afterCommit`.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return retried(async () => {
      const last: (() => Promise<void>)[] = [];
      const announcements: (() => void)[] = [];
      const result = await this.dataSource.transaction(async (manager) => {
        const done = await work({
          manager,
          query: <Row>(text: string, values: readonly unknown[] = []) => rows<Row>(manager, text, values),
          beforeCommit: (write) => last.push(write),
          afterCommit: (announce) => announcements.push(announce),
        });
        for (const write of last) await write();
        return done;
      });
      for (const announce of announcements) announce();
      return result;
    });
  }

  /** One transaction in one round trip: sent at once, done one after the other. After a failure COMMIT rolls back. */
  async #locked<Row>(lock: NonNullable<Statement<Row>['lock']>, statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]> {
    const client = await this.#pool.connect();
    let lost: Error | undefined;
    // A connection that dies says so here as well as to whoever waits for its answer.
    const onLost = (error: Error) => void (lost = error);
    client.on('error', onLost);
    try {
      const [begun, locked, done, committed] = await Promise.allSettled([
        client.query('BEGIN'),
        client.query({ name: lock.name, text: lock.text, values: values.slice(0, lock.values) }),
        client.query({ name: statement.name, text: statement.text, values: [...values] }),
        client.query('COMMIT'),
      ]);
      // The first failure says why; those after it only that the transaction is over.
      for (const answer of [begun, locked, done, committed]) if (answer.status === 'rejected') throw answer.reason;
      return (done as PromiseFulfilledResult<QueryResult>).value.rows as Row[];
    } finally {
      client.off('error', onLost);
      client.release(lost);
    }
  }

  /** TypeORM's own pool: one set of connections, whoever asks. */
  get #pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !RETRIED.has(sqlState(error) ?? '')) throw error;
    }
  }
}

/** TypeORM answers UPDATE and DELETE as `[rows, count]`; callers want the rows. */
async function rows<Row>(manager: EntityManager, text: string, values: readonly unknown[]): Promise<Row[]> {
  const result: unknown = await manager.query(text, [...values]);
  const isPair = Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
  return (isPair ? (result as [Row[], number])[0] : result) as Row[];
}

/** The SQLSTATE of a failed query, through TypeORM or bare. */
export function sqlState(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
