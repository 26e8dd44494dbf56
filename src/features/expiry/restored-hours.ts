import type { Database, Transaction } from '../../platform/database/index.js';
import type { Hours } from '../../platform/ids/index.js';
import type { KeyVault } from '../../platform/key-vault/index.js';

/**
 * Hours after a restore. Everything that lived is lost: rows of the backup's time (a physical backup brings them back) speak
 * of snaps that may have been opened, unsent or erased since, so none of them may be read again, and their keys go first.
 * Runs as the owner, with every process of Flits stopped. Each step may be repeated.
 */
export class RestoredHours {
  constructor(
    private readonly database: Database,
    private readonly vault: KeyVault,
    private readonly hours: Hours,
  ) {}

  /** Destroys every hour key there is; the hour-maker makes new ones for the hours that are still to come. @returns how many */
  async destroyKeys(): Promise<number> {
    const labels = await this.vault.labels();
    for (const label of labels) await this.vault.destroy(label);
    return labels.length;
  }

  /** Drops all partitions of mortal tables and forgets the hours to come, so that they are made anew, with the new keys. */
  async forgetLiving(tx: Transaction): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('flits hours'))`);
    const partitions = await tx.query<{ name: string }>(`
      SELECT format('mortal.%I', c.relname) AS name FROM label_tables() t
      JOIN pg_class p ON p.relname = t AND p.relnamespace = 'mortal'::regnamespace
      JOIN pg_class c ON c.relnamespace = p.relnamespace AND c.relname ~ ('^' || p.relname || '_[0-9]+$') AND c.relkind = 'r'`);
    for (const { name } of partitions) await tx.query(`DROP TABLE ${name}`);
    await tx.query('DELETE FROM hours WHERE label > epoch_ms(flits_now())');
  }

  /**
   * Once the log has caught up: an hour whose HOUR leaf it has is closed; every other one up to now is to be closed by the
   * workers as usual, so that their objects go and their leaves come. @returns how many are still to be closed
   */
  async reopenPast(tx: Transaction): Promise<number> {
    // From the earliest hour that anything speaks of: a row that is not closed, or a snap in the log without its end.
    await tx.query(
      `INSERT INTO hours (label, key_hash)
       SELECT label, ''::bytea FROM generate_series(
         (SELECT min(label) FROM (
            SELECT min(label) AS label FROM hours WHERE state <> 'closed'
            UNION ALL SELECT max(label) + $1 FROM hours
            UNION ALL SELECT min(split_part(leaf, ' | ', 3)::bigint) FROM ledger_outbox a
              WHERE leaf LIKE 'ACCEPT %' AND NOT EXISTS (SELECT 1 FROM ledger_outbox h
                WHERE h.subject = convert_to(split_part(a.leaf, ' | ', 3), 'UTF8') AND split_part(h.leaf, ' ', 1) = 'HOUR')) AS known),
         epoch_ms(flits_now()) / $1 * $1, $1) AS label
       ON CONFLICT DO NOTHING`,
      [this.hours.bucketMs],
    );
    await tx.query(
      `UPDATE hours SET state = 'closed', closed_at = flits_now() WHERE state <> 'closed' AND EXISTS (
         SELECT 1 FROM ledger_outbox h WHERE h.subject = convert_to(hours.label::text, 'UTF8') AND split_part(h.leaf, ' ', 1) = 'HOUR')`,
    );
    const [open] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM hours WHERE state <> 'closed' AND label <= epoch_ms(flits_now())`,
    );
    return open?.n ?? 0;
  }
}
