import { setTimeout } from 'node:timers/promises';
import {
  createPostgresBackend,
  withBackend,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  type Processor,
  type Queue,
  type Worker,
  type WorkerOptions,
} from 'bullmq';
import { Pool } from 'pg';
import type { Secret } from '../config/index.js';
import { sparingly, type Log } from '../observability/index.js';
import { EVENTS_KEPT, type QueueBackend } from './queue-backend.js';
import { settles } from './settles.js';

/** The schema that `migrateQueue` makes; this role may not. */
export const QUEUE_SCHEMA = 'bullmq';

/** PostgreSQL connections of a process for all its queues: one LISTEN for each worker, the rest shared by everything. */
const MAX_CONNECTIONS = 11;
const SHARED_AT_LEAST = 3;

/**
 * Seconds a waiting worker trusts NOTIFY before it looks for itself. BullMQ would wait up to an hour on a connection with
 * keepalive; a look-up that failed in the moment of a restart would then leave a waiting job lying.
 */
const MAX_WAIT_SECONDS = 10;

/** A worker that cannot fetch asks again at once; on a PostgreSQL that is starting up that would be thousands of times a second. */
const PAUSE_AFTER_FAILURE_MS = 250;
const UP_MS = 900;

type Opener = (name: string, options: never, roles?: { blocking?: boolean; withBlockingConnection?: boolean }) => PostgresQueueBackend;

const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend<PostgresQueueBackend, PostgresConnectionOptions>(
  (name, options, roles) => {
    const backend = (createPostgresBackend as Opener)(name, options as never, roles);
    Object.defineProperty(backend, 'maximumBlockTimeout', { value: MAX_WAIT_SECONDS });
    const fetch = backend.moveToActive.bind(backend);
    backend.moveToActive = (token, workerName) =>
      fetch(token, workerName).catch(async (error: unknown) => {
        await setTimeout(PAUSE_AFTER_FAILURE_MS);
        throw error;
      });
    return backend;
  },
);

/**
 * Jobs in PostgreSQL: tables and functions of schema `bullmq`, made by BullMQ's own migrations as the owner. Works as the
 * application's role, because job ids are given (BullMQ would make a sequence a queue for them, which takes CREATE).
 */
export class PostgresBackend implements QueueBackend {
  readonly #pool: Pool;
  #workers = 0;

  constructor(url: Secret, log: Log) {
    this.#pool = new Pool({
      connectionString: url.reveal(),
      options: `-c search_path=${QUEUE_SCHEMA}`,
      application_name: 'flits-queues',
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: 2000,
      keepAlive: true,
    });
    this.#pool.setMaxListeners(0); // one listener a queue and worker
    this.#pool.on(
      'error',
      sparingly(10_000, (err, suppressed) => log.warn({ err, suppressed }, "a connection of the queues' pool broke")),
    );
  }

  async check(): Promise<void> {
    const { rows } = await this.#pool.query<{ ready: boolean }>(
      `SELECT has_schema_privilege(oid, 'USAGE') AS ready FROM pg_namespace WHERE nspname = $1`,
      [QUEUE_SCHEMA],
    );
    if (!rows[0]) throw new Error('The queues have no tables yet: run the migrations with DATABASE_OWNER_URL.');
    if (!rows[0].ready)
      throw new Error("The role of DATABASE_URL may not use the queues' schema: run the migrations with DATABASE_OWNER_URL.");
  }

  isUp(): Promise<boolean> {
    return settles(this.#pool.query('SELECT 1'), UP_MS).then((outcome) => outcome === 'resolved');
  }

  queue(name: string): Queue {
    return new PostgresQueue(name, { connection: this.#pool, streams: { events: { maxLen: EVENTS_KEPT } } }) as unknown as Queue;
  }

  worker(name: string, process: Processor, options: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker {
    this.#workers += 1;
    if (this.#workers > MAX_CONNECTIONS - SHARED_AT_LEAST)
      throw new Error(`${this.#workers} workers leave too few of ${MAX_CONNECTIONS} connections`);
    return new PostgresWorker(name, process, { ...options, connection: this.#pool }) as unknown as Worker;
  }

  async close(): Promise<void> {
    // That the server ends a connection in the same moment is no news, and BullMQ still listens.
    this.#pool.removeAllListeners('error').on('error', () => undefined);
    await this.#pool.end();
  }
}
