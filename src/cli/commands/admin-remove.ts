import { Argument } from 'commander';
import { AdminAudit, AT_COMMAND_LINE } from '../../features/admin/index.js';
import { adminAccountsOf } from '../admin-accounts.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { withDatabase } from '../with-database.js';

/** For somebody who works here no more, or lost what they sign in with. Their lines of the audit stay. */
export const adminRemove: CliCommand = {
  name: 'admin remove',
  summary: 'take an account of the admin port away; its sessions end at once',
  arguments: [new Argument('<name>', 'whose account')],
  destroys: true,
  run: ({ args: [name = ''], isDryRun, environment }) =>
    withDatabase(environment, async (reached) => {
      const accounts = adminAccountsOf(reached);
      const admin = (await accounts.list()).find((other) => other.name === name);
      if (!admin) throw new CliError('There is no such admin: `flits admin list` names them.');
      const { id, role } = admin;
      if (isDryRun) {
        return {
          words: [`${name} is ${role}. With --yes nobody signs in as ${name} any more. Nothing was changed.`],
          data: { dry_run: true, name, role },
        };
      }
      await new AdminAudit(reached.database).act(AT_COMMAND_LINE, { action: 'admin.remove', subject: id, reason: name }, (tx) =>
        accounts.remove(tx, id),
      );
      return { words: [`${name} is removed.`], data: { dry_run: false, name, role } };
    }),
};
