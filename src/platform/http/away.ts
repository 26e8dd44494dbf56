import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { sqlState } from '../database/index.js';
import { Fault } from '../faults/index.js';
import { ObjectStoreError } from '../storage/index.js';

const RETRY_AFTER_SECONDS = 2;

// Node's codes of a connection that was refused, cut, or never answered.
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
const SQLSTATES = new Set([
  '40001', // serialization_failure, after all attempts
  '40P01', // deadlock_detected, after all attempts
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled: statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: a standby, before it is promoted
]);
const DISK_FULL = '53100';
// What pg and its pool throw has no code.
const POOL_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'the clock was read before its first sync',
];

/** A fault of 503 where the error says that a backing service is away, else `undefined`. */
export function awayFault(error: unknown): Fault | undefined {
  const state = sqlState(error);
  if (state === DISK_FULL) return new Fault('storage_low', 'The server is low on storage.', { retryAfterSeconds: 60 });
  return isAway(error, state)
    ? new Fault('unavailable', 'A part of the service is away; try again shortly.', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    : undefined;
}

function isAway(error: unknown, state: string | undefined): boolean {
  if (error instanceof ObjectStoreError) return true;
  if (state !== undefined && (SQLSTATES.has(state) || /^08/.test(state))) return true;
  // A connection that died between two statements of a transaction: TypeORM has given it back by the time of the second.
  if (error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError) return true;
  if (!(error instanceof Error)) return false;
  if (state !== undefined && NETWORK.has(state) && 'syscall' in error) return true;
  // Node tries each address of a name and reports all of them.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every((inner) => isAway(inner, sqlState(inner)));
  return POOL_MESSAGES.some((message) => error.message.includes(message));
}
