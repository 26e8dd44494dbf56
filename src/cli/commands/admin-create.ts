import { Argument, Option } from 'commander';
import { AdminAudit, adminRoles, AT_COMMAND_LINE, type AdminRole } from '../../features/admin/index.js';
import { adminAccountsOf } from '../admin-accounts.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { withDatabase } from '../with-database.js';

/** Also while the server runs. Password and secret are printed this once. */
export const adminCreate: CliCommand = {
  name: 'admin create',
  summary: 'make an account for the admin port; its password and TOTP secret are shown this once',
  arguments: [new Argument('<name>', 'who it is for')],
  options: [new Option('--role <role>', 'what it may do').choices([...adminRoles]).default('support')],
  run: ({ args, options, environment }) =>
    withDatabase(environment, async (reached) => {
      const [name = ''] = args;
      if (!/^[a-z0-9_.-]{2,64}$/.test(name)) throw new CliError('A name has 2 to 64 of a–z, 0–9, _, . and -.');
      const role = options.role as AdminRole;
      await new AdminAudit(reached.database).write(AT_COMMAND_LINE, { action: `admin.create.${role}`, reason: name });
      const made = await adminAccountsOf(reached).create(name, role);
      if (!made) throw new CliError(`There is an admin ${name} already.`);
      return {
        words: [`password  ${made.password}`, `TOTP      ${made.totpUri}`, 'Neither can be shown again.'],
        data: { id: made.id, name, role, password: made.password, totp_uri: made.totpUri },
      };
    }),
};
