import { Argument } from 'commander';
import { Random } from '../../platform/ids/index.js';
import { PasswordResets } from '../../features/people/index.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { withDatabase } from '../with-database.js';

/** For somebody who lost password and recovery code, and whom the operator knows. The one before is dead. */
export const accountsReset: CliCommand = {
  name: 'accounts reset',
  summary: 'make a one-time link with which somebody gets back in; it is shown this once',
  arguments: [new Argument('<handle>', 'whose account')],
  run: ({ args: [handle = ''], environment }) =>
    withDatabase(environment, async ({ config, database, keys }) => {
      const reset = await new PasswordResets(database, new Random(), config, keys).createForHandle(handle);
      if (!reset) throw new CliError('Nobody here has this handle.');
      const { code, url, expiresAt } = reset;
      return {
        words: [
          url,
          `Good once, until ${expiresAt.toISOString()}. Whoever has it has the account: give it to that person alone, and note who asked and why.`,
        ],
        data: { code, url, expires_at: expiresAt.toISOString() },
      };
    }),
};
