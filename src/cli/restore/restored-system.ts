import { DatabaseClock } from '../../platform/clock/index.js';
import { required, type Config } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { createDataSource, Database } from '../../platform/database/index.js';
import { Hours, Random } from '../../platform/ids/index.js';
import { ObjectAccountTombstones, ObjectKeyVault, type AccountTombstones } from '../../platform/key-vault/index.js';
import { openStores } from '../../platform/stores.js';
import { endEveryAdminSession } from '../../features/admin/index.js';
import { jumpCounters } from '../../features/events/index.js';
import { markRestored, RestoredHours } from '../../features/expiry/index.js';
import { LogArchive, logKeyOf, LogTables, Sequencer } from '../../features/ledger/index.js';
import { deleteAgain, endEverySession } from '../../features/people/index.js';
import { rolesOf } from '../reach.js';

export interface Settled {
  readonly sessions_ended: number;
  readonly accounts_deleted_again: number;
  readonly hour_keys_destroyed: number;
  readonly hours_to_close: number;
  readonly log_size: number;
}

/**
 * A database that was brought back from a backup, before anybody is served from it. Knows the order in which it is put right;
 * each feature knows its own part. Everything here may be repeated after a crash.
 */
export class RestoredSystem {
  private constructor(
    private readonly database: Database,
    private readonly tombstones: AccountTombstones,
    private readonly hours: RestoredHours,
    private readonly sequencer: Sequencer,
  ) {}

  static async open(config: Config): Promise<RestoredSystem> {
    const keys = new MasterKeys(required(config, 'MASTER_KEY'));
    const hours = new Hours({ bucketSeconds: config.BUCKET_SECONDS, ttlSeconds: config.SNAP_TTL_SECONDS });
    const source = createDataSource({ url: rolesOf(config).ownerUrl, poolSize: 4, settings: { statement_timeout: '0' } });
    const database = new Database(await source.initialize());
    try {
      const clock = new DatabaseClock(async () => {
        const [row] = await database.query<{ now: string }>('SELECT epoch_ms(flits_now()) AS now');
        return Number(row?.now);
      });
      await clock.sync();
      const { store, vaultStore } = await openStores(config, clock, keys);
      const vault = new ObjectKeyVault(vaultStore, keys.vaultKey(), new Random());
      const sequencer = new Sequencer(database, new LogTables(database), new LogArchive(store), logKeyOf(config), hours);
      return new RestoredSystem(database, new ObjectAccountTombstones(vaultStore), new RestoredHours(database, vault, hours), sequencer);
    } catch (error) {
      await source.destroy();
      throw error;
    }
  }

  /** Keys first, so that nothing of before can be read whatever happens next; then rows; then the log. */
  async settle(): Promise<Settled> {
    const destroyed = await this.hours.destroyKeys();
    const rows = await this.database.transaction(async (tx) => {
      const ended = await endEverySession(tx);
      await endEveryAdminSession(tx);
      let deleted = 0;
      for await (const page of this.tombstones.pages()) deleted += await deleteAgain(tx, page);
      await jumpCounters(tx);
      await this.hours.forgetLiving(tx);
      await markRestored(tx);
      return { ended, deleted };
    });
    const size = await this.sequencer.catchUp();
    const open = await this.database.transaction((tx) => this.hours.reopenPast(tx));
    return {
      sessions_ended: rows.ended,
      accounts_deleted_again: rows.deleted,
      hour_keys_destroyed: destroyed,
      hours_to_close: open,
      log_size: size,
    };
  }

  async close(): Promise<void> {
    await this.database.dataSource.destroy();
  }
}
