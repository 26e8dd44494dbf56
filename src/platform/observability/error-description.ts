import { isNativeError } from 'node:util/types';
import { REDACTED, redactText } from './redaction.js';

/** What a log line or a kept job says of an error. */
export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  /** Names from the schema, never values: PostgreSQL tells them apart. */
  readonly table?: string;
  readonly constraint?: string;
  readonly cause?: ErrorDescription;
  readonly errors?: readonly ErrorDescription[];
}

const MAX_DEPTH = 3;
const MAX_MESSAGE = 1000;
const IDENTIFIER = /^[\w.$-]{1,80}$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Type, code, message and stack of an error and its causes. What PostgreSQL and TypeORM hang on theirs (`detail`, `where`,
 * `parameters`, `query`) carries people's values and is left out, and so is every other field.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!isError(error)) return { type: typeof error, message: 'not an Error was thrown' };
  const driver = (error as { driverError?: unknown }).driverError;
  const source = (isError(driver) ? driver : error) as Error & Record<string, unknown>;
  const message = safeMessage(source);
  const deeper = depth < MAX_DEPTH;
  return withoutUndefined({
    type: error.constructor.name || error.name,
    code: identifier(source.code),
    message,
    stack: frames(error, message),
    table: identifier(source.table),
    constraint: identifier(source.constraint),
    cause: deeper && error.cause !== undefined ? describeError(error.cause, depth + 1) : undefined,
    errors:
      deeper && Array.isArray((error as AggregateError).errors)
        ? (error as AggregateError).errors.slice(0, 10).map((inner) => describeError(inner, depth + 1))
        : undefined,
  });
}

/** Also those of another realm (a vm context), which are instances of an `Error` that is not ours. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

/** PostgreSQL's "data exceptions" (class 22), syntax errors (42601) and cast errors quote the value that was refused. */
function safeMessage(error: Error & Record<string, unknown>): string {
  const { code, severity } = error;
  const isPostgres = typeof code === 'string' && SQLSTATE.test(code) && typeof severity === 'string';
  const quotesValues = isPostgres && (code.startsWith('22') || code === '42601' || code === '42804');
  const message = quotesValues ? error.message.replace(/"[^]*"/, REDACTED) : error.message;
  return redactText(message).slice(0, MAX_MESSAGE);
}

/** The frames alone: the head of `stack` repeats the message, in its unsafe form. */
function frames(error: Error, message: string): string | undefined {
  const lines = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return lines && lines.length > 0 ? [`${error.name}: ${message}`, ...lines].join('\n') : undefined;
}

function identifier(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && IDENTIFIER.test(text) ? text : undefined;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
