import type { Argument, Option } from 'commander';
import type { Terminal } from './terminal.js';

/** What a command is handed. */
export interface CliCall {
  /** In the order of `arguments`. */
  readonly args: readonly string[];
  /** By the long name in camelCase, as commander has them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of a command that `destroys`: say what would happen and change nothing. False once `--yes` was given. */
  readonly isDryRun: boolean;
  /** The answer is one JSON object: whatever else is said goes to stderr. */
  readonly isJson: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
}

/** The same answer twice: lines for people, one object for programs (`--json`). Neither holds a secret unless it was asked for. */
export interface CliResult {
  readonly words: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
  /** False: what was checked is not as it should be; the command ends with status 1. */
  readonly ok?: boolean;
}

/** One command, one file of `commands/`, one line in `commands.ts`. */
export interface CliCommand {
  /** Its words, such as `config check`; the first may be a group of `commands.ts`. */
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Changes or removes what cannot be brought back: a dry run unless `--yes`. */
  readonly destroys?: true;
  /** @throws CliError, or any Error whose message is fit to be read */
  run(call: CliCall): Promise<CliResult>;
}
