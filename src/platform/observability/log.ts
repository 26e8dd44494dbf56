import type { LogFn } from 'pino';

/** What code that logs asks for: the injection token of the process's logger, and as much of it as anyone needs. */
export abstract class Log {
  abstract readonly fatal: LogFn;
  abstract readonly error: LogFn;
  abstract readonly warn: LogFn;
  abstract readonly info: LogFn;
  abstract readonly debug: LogFn;
  abstract readonly trace: LogFn;
}
