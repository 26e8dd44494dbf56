import { Argument, Option } from 'commander';
import { AdminAccounts, adminRoles, type AdminRole } from '../../features/admin/index.js';
import { Passwords } from '../../features/people/index.js';
import { WallClock } from '../../platform/clock/index.js';
import { Ids, Random } from '../../platform/ids/index.js';
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
    withDatabase(environment, async ({ database, keys }) => {
      const [name = ''] = args;
      if (!/^[a-z0-9_.-]{2,64}$/.test(name)) throw new CliError('A name has 2 to 64 of a–z, 0–9, _, . and -.');
      const random = new Random();
      const accounts = new AdminAccounts(database, new Passwords(random), random, new Ids(random), new WallClock(), keys);
      const made = await accounts.create(name, options.role as AdminRole);
      if (!made) throw new CliError(`There is an admin ${name} already.`);
      return {
        words: [`password  ${made.password}`, `TOTP      ${made.totpUri}`, 'Neither can be shown again.'],
        data: { id: made.id, name, role: options.role, password: made.password, totp_uri: made.totpUri },
      };
    }),
};
