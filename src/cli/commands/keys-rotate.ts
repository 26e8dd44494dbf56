import { Option } from 'commander';
import { join } from 'node:path';
import { bringUpServices, type Services } from '../../app/services.js';
import { resealTotpSecrets } from '../../features/admin/index.js';
import { LogKey, logKeyOf } from '../../features/ledger/index.js';
import { rewrapReports } from '../../features/moderation/index.js';
import { WallClock } from '../../platform/clock/index.js';
import { loadConfig, required, type Config } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { createDataSource, Database } from '../../platform/database/index.js';
import { Random } from '../../platform/ids/index.js';
import { ObjectKeyVault, rewrapAll } from '../../platform/key-vault/index.js';
import { openStores } from '../../platform/stores.js';
import type { CliCall, CliCommand, CliResult } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { KeyFile } from '../key-file.js';
import { quietLog, reachDatabase, rolesOf } from '../reach.js';
import { lookAtTarget } from '../restore/restore-target.js';

/** The next key of the log, or the next master key, in the place of the present one. */
export const keysRotate: CliCommand = {
  name: 'keys rotate',
  summary: 'make the next signing key of the log, or the next master key, and put it where the present one is',
  options: [
    new Option('--log', 'the key that signs receipts and heads'),
    new Option('--master', 'the key that wraps hour keys; every process must be stopped').conflicts('log'),
    new Option('--out <file>', 'where the new key goes, if neither its _FILE variable nor FLITS_VAULT says so'),
  ],
  destroys: true,
  async run(call) {
    if (call.options.log !== true && call.options.master !== true)
      throw new CliError('Say which key: --log or --master', EXIT.misunderstood);
    const isLog = call.options.log === true;
    const services = isLog ? await reachDatabase(call.environment) : await standAlone(call.environment);
    try {
      return await (isLog ? rotateLog(services.config, call) : rotateMaster(services.config, call));
    } finally {
      await services.stop();
    }
  },
};

/** @throws where a Flits runs: it would go on with the key it knows */
async function standAlone(environment: NodeJS.ProcessEnv): Promise<Services> {
  const services = await bringUpServices(loadConfig(environment), quietLog(environment), { migrates: false });
  try {
    await lookAtTarget(rolesOf(services.config).ownerUrl);
    return services;
  } catch (error) {
    await services.stop();
    throw error;
  }
}

async function rotateLog(config: Config, { environment, options, isDryRun }: CliCall): Promise<CliResult> {
  const present = logKeyOf(config);
  const file = KeyFile.of('LOG_SIGNING_KEY', environment, { out: options.out, embedded: join(config.FLITS_VAULT, 'log-signing.key') });
  if (isDryRun) {
    return {
      words: [
        `The log's key is ${present.verifierKey()}`,
        `With --yes a new one is written to ${file.path}, in the place of what is there. Nothing was changed.`,
      ],
      data: { dry_run: true, present: present.verifierKey(), file: file.path },
    };
  }
  const next = new LogKey(await file.prepare(), present.origin);
  await file.takeOver();
  return {
    words: [
      `The new key is in ${file.path}: ${next.verifierKey()}`,
      'Now restart every process, workers too: from its restart on each signs with the new key, and GET /v1/server names both.',
      'Tell those who noted the old key, in a place that is not this server: they verify with --key OLD --key NEW.',
    ],
    data: { dry_run: false, previous: present.verifierKey(), present: next.verifierKey(), file: file.path },
  };
}

/** Hour keys stay what they are, so what lives can still be read; what else derives from the master key begins anew. */
async function rotateMaster(config: Config, { environment, options, isDryRun, terminal }: CliCall): Promise<CliResult> {
  const file = KeyFile.of('MASTER_KEY', environment, { out: options.out, embedded: join(config.FLITS_VAULT, 'master.key') });
  const keys = new MasterKeys(required(config, 'MASTER_KEY'));
  const { vaultStore } = await openStores(config, new WallClock(), keys);
  const present = new ObjectKeyVault(vaultStore, keys.vaultKey(), new Random());
  const held = (await present.labels()).length;
  if (isDryRun) {
    return {
      words: [
        `The vault holds ${held} hour keys. With --yes each is wrapped anew, under a new master key that is written to ${file.path}.`,
        'Sessions end and links given out stop working; snaps, accounts, reports, administrators and the log stay. Nothing was changed.',
      ],
      data: { dry_run: true, hour_keys: held, file: file.path },
    };
  }
  const nextKeys = new MasterKeys(await file.prepare());
  const next = new ObjectKeyVault(vaultStore, nextKeys.vaultKey(), new Random());
  const progress = terminal.progress('hour keys');
  const wrapped = await rewrapAll(present, next, (of) => progress.step(of)).finally(() => progress.end());
  const { admins, reports } = await carryOver(config, { previous: keys, next: nextKeys });
  await file.takeOver();
  return {
    words: [
      `${wrapped} hour keys, the copies of ${reports} reports and the TOTP secrets of ${admins} administrators are wrapped anew.`,
      `The new master key is in ${file.path}. Start every process with it.`,
      'Destroy what copies there are of the old one: with an old copy of the vault it still opens what lived until now.',
    ],
    data: { dry_run: false, hour_keys: wrapped, reports, admins, file: file.path },
  };
}

/** Sealed rows that outlive an hour. @returns of how many */
async function carryOver(config: Config, keys: { previous: MasterKeys; next: MasterKeys }): Promise<{ admins: number; reports: number }> {
  const source = createDataSource({ url: required(config, 'DATABASE_URL'), poolSize: 1 });
  const database = new Database(await source.initialize());
  try {
    return { reports: await rewrapReports(database, keys), admins: await resealTotpSecrets(database, keys) };
  } finally {
    await source.destroy();
  }
}
