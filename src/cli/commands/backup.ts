import { Argument } from 'commander';
import { resolve } from 'node:path';
import { writeBackup } from '../../platform/database/backup/index.js';
import { VERSION } from '../../platform/http/version.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { reachDatabase } from '../reach.js';

/** Everything lasting, as of one moment, while Flits runs. Mortal data and the vault are in no backup: docs/operations.md. */
export const backup: CliCommand = {
  name: 'backup',
  summary: 'write accounts, friendships and the log to a file; what is to die, and every key, is left out',
  arguments: [new Argument('<file>', 'where to; an existing file is replaced')],
  async run({ args: [path = ''], environment, terminal }) {
    const services = await reachDatabase(environment);
    const progress = terminal.progress('tables');
    try {
      const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = services.config;
      const url = ownerUrl ?? appUrl;
      if (!url) throw new CliError('There is no database to back up: set DATABASE_URL.');
      const { head, rows } = await writeBackup(url, path, VERSION, (of) => progress.step(of));
      const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
      return {
        words: [
          `${resolve(path)}: ${total} rows of ${Object.keys(rows).length} tables, as of ${head.made_at}.`,
          'It holds names and password hashes: keep it as safe as the database. Snaps and keys are not in it, on purpose.',
          "Keep the log's own files too (`log/` in the object store): a restore reads from there what came after this backup.",
        ],
        data: { file: resolve(path), made_at: head.made_at, rows },
      };
    } finally {
      progress.end();
      await services.stop();
    }
  },
};
