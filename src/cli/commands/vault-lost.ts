import { declareLost } from '../../features/expiry/index.js';
import { DatabaseClock } from '../../platform/clock/index.js';
import { required } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { createDataSource, Database } from '../../platform/database/index.js';
import { Random } from '../../platform/ids/index.js';
import { isForeign, ObjectKeyVault } from '../../platform/key-vault/index.js';
import { makeStores } from '../../platform/stores.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { reachDatabase } from '../reach.js';

/** For the operator who knows that keys are gone for good: a server alone cannot tell a lost vault from a wrong one. */
export const vaultLost: CliCommand = {
  name: 'vault lost',
  summary: 'say that hour keys which the vault lacks are lost for good: what they sealed is given up and people are told',
  destroys: true,
  async run({ environment, isDryRun }) {
    const services = await reachDatabase(environment);
    const { config } = services;
    const source = await createDataSource({ url: required(config, 'DATABASE_URL'), poolSize: 1 }).initialize();
    try {
      const database = new Database(source);
      const clock = new DatabaseClock(async () => {
        const [row] = await database.query<{ now: string }>('SELECT epoch_ms(flits_now()) AS now');
        return Number(row?.now);
      });
      await clock.sync();
      const keys = new MasterKeys(required(config, 'MASTER_KEY'));
      const { vaultStore } = makeStores(config, clock, keys);
      const vault = new ObjectKeyVault(vaultStore, keys.vaultKey(), new Random());
      const there = await vault.labels().catch((error: unknown) => {
        throw new CliError('The vault cannot be asked, so nothing is known to be lost. Bring its store back first.', undefined, {
          cause: error,
        });
      });
      // A master key that is gone for good makes the keys that it wrapped as lost as if they were not there.
      const foreign: number[] = [];
      for (const label of there) if (await isForeign(vault, label)) foreign.push(label);
      const held = there.filter((label) => !foreign.includes(label));
      const alive = await database.query<{ label: string }>(
        `SELECT label FROM hours WHERE state = 'alive' AND label > epoch_ms(flits_now())`,
      );
      const missing = alive.filter(({ label }) => !held.includes(Number(label))).length;
      if (missing === 0)
        return { words: ['The vault has the key of every living hour.'], data: { dry_run: isDryRun, missing: 0, declared: 0 } };
      if (isDryRun) {
        const words = [
          `The vault lacks the keys of ${missing} of ${alive.length} living hours${foreign.length > 0 ? ', or has them under another MASTER_KEY' : ''}.`,
          'With --yes they are declared lost: snaps sealed under them end as snap_lost, senders get snap.failed, and the hours get new keys.',
          'If another vault or master key was configured before (FLITS_VAULT, S3_VAULT_BUCKET, MASTER_KEY), set that right instead. Nothing was changed.',
        ];
        return { words, data: { dry_run: true, missing, alive: alive.length } };
      }
      const declared = await declareLost(database, held);
      for (const label of foreign) await vault.destroy(label);
      return {
        words: [`${declared} hours are declared lost. The workers tell people and make new keys within two minutes.`],
        data: { dry_run: false, missing, declared },
      };
    } finally {
      await source.destroy();
      await services.stop();
    }
  },
};
