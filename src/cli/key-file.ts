import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Secret } from '../platform/config/index.js';
import { CliError } from './cli-error.js';

type Variable = 'MASTER_KEY' | 'LOG_SIGNING_KEY';

/** Where a key of 32 bytes stands, as the running server looks for it, and how the next one takes its place. */
export class KeyFile {
  private constructor(readonly path: string) {}

  /** @param embedded where Flits keeps it by itself @throws CliError where it stands in the environment */
  static of(variable: Variable, environment: NodeJS.ProcessEnv, { out, embedded }: { out: unknown; embedded: string }): KeyFile {
    if (typeof out === 'string') return new KeyFile(resolve(out));
    const file = environment[`${variable}_FILE`];
    if (file) return new KeyFile(resolve(file));
    if (environment[variable]) {
      throw new CliError(
        `${variable} stands in the environment, where no command can change it: name a file with --out, and give its content as ${variable} (or the file as ${variable}_FILE) at the restart.`,
      );
    }
    return new KeyFile(resolve(embedded));
  }

  /** The next key, on disk beside the present one before anything depends on it; the same again after a run that was cut short. */
  async prepare(): Promise<Secret> {
    if (!existsSync(this.#next)) await writeFile(this.#next, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    return new Secret((await readFile(this.#next, 'utf8')).trim());
  }

  /** Whole or not at all: whoever starts meanwhile reads one key or the other. */
  async takeOver(): Promise<void> {
    await rename(this.#next, this.path);
  }

  get #next(): string {
    return `${this.path}.next`;
  }
}
