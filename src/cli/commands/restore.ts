import { Argument } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bringUpServices } from '../../app/services.js';
import { loadConfig, type Config } from '../../platform/config/index.js';
import { BackupFile, loadBackup, type BackupContents } from '../../platform/database/backup/index.js';
import { knownMigrations, migrate, migrateAsOf } from '../../platform/database/index.js';
import { migrateQueue } from '../../platform/queue/index.js';
import type { CliCommand, CliResult } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { quietLog, rolesOf } from '../reach.js';
import type { Terminal } from '../terminal.js';
import { clearSchema, lookAtTarget } from '../restore/restore-target.js';
import { RestoredSystem, type Settled } from '../restore/restored-system.js';

/**
 * With a file of `flits backup`: loads it into an empty database and puts that right. Without one: puts a database right that
 * was brought back by other means (pg_restore, a physical backup). Every process of Flits is stopped meanwhile.
 */
export const restore: CliCommand = {
  name: 'restore',
  summary: 'bring a backup back into an empty database; without a file, put right a database restored by other means',
  arguments: [new Argument('[file]', 'of `flits backup`')],
  destroys: true,
  async run({ args: [path], environment, isDryRun, terminal }) {
    const configured = loadConfig(environment);
    const file = path === undefined ? undefined : new BackupFile(path);
    const contents = file && (await file.inspect());
    if (contents) refuseForeign(contents, configured);
    if (isDryRun) return plan(configured, path, contents);
    const services = await bringUpServices(configured, quietLog(environment), { migrates: false });
    try {
      const { config } = services;
      if (file && contents) {
        terminal.say(`Loading the backup of ${contents.head.made_at} …`);
        await load(config, file, contents, terminal);
      }
      await bringUpToDate(config);
      terminal.say('Ending sessions, deleting again what was deleted, catching up with the log …');
      const system = await RestoredSystem.open(config);
      try {
        return settled(await system.settle());
      } finally {
        await system.close();
      }
    } finally {
      await services.stop();
    }
  },
};

async function load(config: Config, file: BackupFile, { head, rows }: BackupContents, terminal: Terminal): Promise<void> {
  const { ownerUrl } = rolesOf(config);
  const { hasSchema, hasContent } = await lookAtTarget(ownerUrl);
  if (hasContent) {
    throw new CliError(
      config.S3_ENDPOINT || existsSync(join(config.FLITS_DATA, 'postgres'))
        ? `The database is not empty. Restore into a new one: with the embedded PostgreSQL, move ${join(config.FLITS_DATA, 'postgres')} away first (and keep the rest of ${config.FLITS_DATA}); else name an empty database in DATABASE_URL.`
        : 'The database is not empty. Name an empty one in DATABASE_URL.',
    );
  }
  if (hasSchema) await clearSchema(ownerUrl);
  await migrateAsOf(ownerUrl, head.migrations);
  const progress = terminal.progress('tables');
  try {
    await loadBackup(ownerUrl, file, () => progress.step(Object.keys(rows).length));
  } finally {
    progress.end();
  }
}

async function bringUpToDate(config: Config): Promise<void> {
  const { ownerUrl, appUrl } = rolesOf(config);
  await lookAtTarget(ownerUrl);
  await migrate({ ownerUrl, appUrl });
  if (!config.REDIS_URL) await migrateQueue(ownerUrl, decodeURIComponent(new URL(appUrl.reveal()).username));
}

/** @throws CliError where this code or this configuration is not one for that backup */
function refuseForeign({ head }: BackupContents, config: Config): void {
  const known = new Set(knownMigrations());
  const newer = head.migrations.filter((name) => !known.has(name));
  if (newer.length > 0)
    throw new CliError(`The backup is of a newer Flits (${head.version}): it has ${newer.at(-1)}. Restore it with that one.`);
  if (head.bucket_seconds !== null && head.bucket_seconds !== config.BUCKET_SECONDS) {
    throw new CliError(
      `The backup is of a server with BUCKET_SECONDS=${head.bucket_seconds}; the configuration says ${config.BUCKET_SECONDS}.`,
    );
  }
}

function plan(config: Config, path: string | undefined, contents: BackupContents | undefined): CliResult {
  const where = config.DATABASE_URL ? 'the database of DATABASE_URL' : `the embedded PostgreSQL in ${config.FLITS_DATA}`;
  const people = contents?.rows['"public"."people"'] ?? 0;
  return {
    words: [
      ...(contents ? [`${path} is whole: made ${contents.head.made_at} by Flits ${contents.head.version}, ${people} accounts.`] : []),
      `With --yes, in ${where}:`,
      ...(contents ? ['  - everything of the file is loaded; the database has to be empty'] : []),
      '  - every hour key is destroyed: whatever lived is lost, and people are told so (snap_lost)',
      '  - accounts that were deleted since the backup are deleted again',
      '  - every session ends; everybody signs in anew',
      '  - the log takes up from the object store what the database lost, and goes on',
      'Nothing was changed.',
    ],
    data: { dry_run: true, file: path ?? null, head: contents?.head ?? null, rows: contents?.rows ?? null },
  };
}

function settled(done: Settled): CliResult {
  return {
    words: [
      `${done.sessions_ended} sessions ended, ${done.accounts_deleted_again} accounts deleted again, ${done.hour_keys_destroyed} hour keys destroyed.`,
      `The log has ${done.log_size} leaves; ${done.hours_to_close} hours that passed meanwhile are closed once a worker runs.`,
      'Administrators are those of the backup: `flits admin list`, and `flits admin remove` whoever left since.',
      'Start Flits now. Check the log: npx flits-verify audit <address> --key <key>',
    ],
    data: { dry_run: false, ...done },
  };
}
