import type { LoggerService } from '@nestjs/common';
import { isError } from './error-description.js';
import type { Logger } from './logger.js';

/** Nest's own lines on our logger: same instance, same redaction. Nest passes its context as the last argument. */
export class NestLogger implements LoggerService {
  // Routes and modules at every start: for those who look for them.
  readonly log = this.#at('debug');
  readonly error = this.#at('error');
  readonly warn = this.#at('warn');
  readonly debug = this.#at('debug');
  readonly verbose = this.#at('trace');
  readonly fatal = this.#at('fatal');

  constructor(private readonly logger: Logger) {}

  #at(level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal') {
    return (message: unknown, ...rest: unknown[]): void => {
      const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
      if (isError(message)) this.logger[level]({ err: message, context });
      else if (typeof message === 'string') this.logger[level]({ context }, message);
      else this.logger[level]({ context, data: message }, 'from the framework');
    };
  }
}
