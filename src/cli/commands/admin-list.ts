import type { CliCommand } from '../cli-command.js';
import { adminAccountsOf } from '../admin-accounts.js';
import { withDatabase } from '../with-database.js';

export const adminList: CliCommand = {
  name: 'admin list',
  summary: 'who may sign in to the admin port, and as what',
  run: ({ environment }) =>
    withDatabase(environment, async (reached) => {
      const admins = await adminAccountsOf(reached).list();
      return {
        words: admins.map(({ name, role, createdAt }) => `${role.padEnd(9)}  ${name}, since ${createdAt.toISOString()}`),
        data: { admins: admins.map(({ name, role, createdAt }) => ({ name, role, created_at: createdAt.toISOString() })) },
      };
    }),
};
