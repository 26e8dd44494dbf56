import { Argument, InvalidArgumentError, Option } from 'commander';
import { AdminAudit, AT_COMMAND_LINE } from '../../features/admin/index.js';
import { PasswordResets } from '../../features/people/index.js';
import { line } from '../../platform/http/index.js';
import { Random } from '../../platform/ids/index.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { personOf } from '../person-of.js';
import { withDatabase } from '../with-database.js';

/** For somebody who lost password and recovery code, and whom the operator knows. The one before is dead. */
export const accountsReset: CliCommand = {
  name: 'accounts reset',
  summary: 'make a one-time link with which somebody gets back in; it is shown this once',
  arguments: [new Argument('<handle>', 'whose account')],
  options: [new Option('--reason <words>', 'who asked and why, for the audit').argParser(reasonOf).makeOptionMandatory()],
  run: ({ args: [handle = ''], options, environment }) =>
    withDatabase(environment, async ({ config, database, keys }) => {
      const personId = await personOf(database, handle);
      const resets = new PasswordResets(database, new Random(), config, keys);
      const written = { action: 'person.reset_link', subject: personId, reason: String(options.reason) };
      const reset = await new AdminAudit(database).act(AT_COMMAND_LINE, written, (tx) => resets.create(personId, tx));
      if (!reset) throw new CliError('Nobody here has this handle.');
      const { code, url, expiresAt } = reset;
      return {
        words: [url, `Good once, until ${expiresAt.toISOString()}. Whoever has it has the account: give it to that person alone.`],
        data: { code, url, expires_at: expiresAt.toISOString() },
      };
    }),
};

function reasonOf(text: string): string {
  if (!line(300).safeParse(text).success) throw new InvalidArgumentError('must be one line of at most 300 characters.');
  return text;
}
