import { EXIT, type ExitCode } from './exit-codes.js';

/** A command's end in words for the person at the terminal: what is wrong, where, what to do. Never a secret. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
