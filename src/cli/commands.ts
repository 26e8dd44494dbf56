import type { CliCommand } from './cli-command.js';
import { accountsReset } from './commands/accounts-reset.js';
import { adminCreate } from './commands/admin-create.js';
import { adminList } from './commands/admin-list.js';
import { adminRemove } from './commands/admin-remove.js';
import { backup } from './commands/backup.js';
import { configCheck } from './commands/config-check.js';
import { configPrint } from './commands/config-print.js';
import { demo } from './commands/demo.js';
import { doctor } from './commands/doctor.js';
import { init } from './commands/init.js';
import { keysRotate } from './commands/keys-rotate.js';
import { invite } from './commands/invite.js';
import { media } from './commands/media.js';
import { migrate } from './commands/migrate.js';
import { purge } from './commands/purge.js';
import { pushTest } from './commands/push-test.js';
import { restore } from './commands/restore.js';
import { secretsMake } from './commands/secrets-make.js';
import { start } from './commands/start.js';
import { vaultLost } from './commands/vault-lost.js';

/** Every command, in the order of the help. A new one is a file in `commands/` and a line here. */
export const commands: readonly CliCommand[] = [
  start,
  init,
  migrate,
  secretsMake,
  adminCreate,
  adminList,
  adminRemove,
  invite,
  accountsReset,
  doctor,
  backup,
  restore,
  keysRotate,
  vaultLost,
  purge,
  pushTest,
  media,
  configCheck,
  configPrint,
  demo,
];

export const groups: Readonly<Record<string, string>> = {
  accounts: "people's accounts",
  admin: 'who runs the service',
  config: 'what the environment says',
  keys: 'what signs and what wraps',
  push: 'wake-ups of phones and browsers',
  secrets: 'the secrets of a deployment',
  vault: 'where hour keys are kept',
};
