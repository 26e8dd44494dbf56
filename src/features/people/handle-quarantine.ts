import { Injectable } from '@nestjs/common';
import { hmac, MasterKeys } from '../../platform/crypto/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { QUARANTINE_DAYS } from './people.settings.js';

/**
 * Handles of deleted accounts, which nobody may take for 30 days: whoever knew them must not meet somebody else under the same
 * name. Table `handle_quarantine` holds MACs, not handles; the sweep deletes rows past their time.
 */
@Injectable()
export class HandleQuarantine {
  readonly #key: Buffer;

  constructor(
    private readonly database: Database,
    keys: MasterKeys,
  ) {
    this.#key = keys.derive('handle quarantine v1');
  }

  async hold(tx: Transaction, handle: string): Promise<void> {
    await tx.query(
      `INSERT INTO handle_quarantine (handle_mac, held_until) VALUES ($1, flits_now() + make_interval(days => $2))
       ON CONFLICT ON CONSTRAINT pk_handle_quarantine DO UPDATE SET held_until = excluded.held_until`,
      [hmac(this.#key, handle), QUARANTINE_DAYS],
    );
  }

  async isHeld(tx: Transaction, handle: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM handle_quarantine WHERE handle_mac = $1 AND held_until > flits_now()', [
      hmac(this.#key, handle),
    ]);
    return rows.length === 1;
  }

  async deleteDead(): Promise<void> {
    await this.database.query('DELETE FROM handle_quarantine WHERE held_until <= flits_now()');
  }
}
