import { setTimeout as delay } from 'node:timers/promises';
import type { Config, Secret } from '../platform/config/index.js';
import { createDataSource, sqlState } from '../platform/database/index.js';
import type { Logger } from '../platform/observability/index.js';

interface Awaited {
  readonly name: string;
  readonly variable: string;
  /** Rejects while it is away; what answers with a refusal is there. */
  readonly ask: () => Promise<void>;
}

/** A machine that boots, or a compose file, starts everything at once: this long is waited for the others. */
export const WAIT_MS = 60_000;
const AGAIN_MS = 500;
const ANSWER_MS = 5000;

/**
 * Waits until PostgreSQL and the object store that are configured answer. Redis is not waited for: the process comes up
 * without it, and is ready once it was there. What answers with a refusal is no matter of time; whoever needs it says so.
 * @throws Error in words for the first that does not answer in time
 */
export async function awaitServices(config: Config, log: Logger, waitMs = WAIT_MS): Promise<void> {
  await Promise.all(servicesOf(config).map((service) => awaitService(service, log, waitMs)));
}

function servicesOf({ DATABASE_URL: database, S3_ENDPOINT: store }: Config): Awaited[] {
  return [
    ...(database ? [{ name: 'PostgreSQL', variable: 'DATABASE_URL', ask: () => askPostgres(database) }] : []),
    ...(store ? [{ name: 'The object store', variable: 'S3_ENDPOINT', ask: () => askStore(store) }] : []),
  ];
}

async function awaitService({ name, variable, ask }: Awaited, log: Logger, waitMs: number): Promise<void> {
  const patience = AbortSignal.timeout(waitMs);
  for (let attempt = 1; ; attempt += 1) {
    const away = await ask().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (away === undefined) return;
    if (attempt === 1) log.warn({ err: away }, `${name} (${variable}) does not answer yet; it is waited for`);
    if (patience.aborted) {
      throw new Error(`${name} (${variable}) did not answer within ${waitMs / 1000} s. Start it, or correct ${variable}.`, { cause: away });
    }
    await delay(AGAIN_MS);
  }
}

async function askPostgres(url: Secret): Promise<void> {
  const source = createDataSource({ url, poolSize: 1 });
  try {
    await source.initialize();
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return;
  }
  await source.destroy();
}

/** A server that answers gives an SQLSTATE; some of them say that it is not ready, or full. */
function isAnswer(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return /^\d/.test(state) && !/^(08|53|57P)/.test(state);
}

async function askStore(endpoint: string): Promise<void> {
  await fetch(endpoint, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
}
