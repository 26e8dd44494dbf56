import { Injectable } from '@nestjs/common';
import { hmac, MasterKeys } from '../../platform/crypto/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { makeReadableCode, Random, readableForm } from '../../platform/ids/index.js';

const LETTERS = 16; // 80 bits
const GROUP = 4;

/**
 * Invites to a server whose REGISTRATION is `invite`, made by an operator. Table `invites` holds a MAC of each code and how
 * many sign-ups it is still good for; used up or past its time, the sweep deletes its row. Who came by which is not written.
 */
@Injectable()
export class Invites {
  readonly #key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly random: Random,
    keys: MasterKeys,
  ) {
    this.#key = keys.derive('invite v1');
  }

  /** @param uses sign-ups @param days of life @returns the code, which nobody can read again */
  async create(
    { uses = 1, days = 7 }: { uses?: number; days?: number } = {},
    on: Pick<Transaction, 'query'> = this.database,
  ): Promise<{ code: string; expiresAt: Date }> {
    const code = makeReadableCode(this.random, LETTERS, GROUP);
    const [row] = await on.query<{ expires_at: Date }>(
      'INSERT INTO invites (code_mac, uses_left, expires_at) VALUES ($1, $2, flits_now() + make_interval(days => $3)) RETURNING expires_at',
      [this.#macOf(code), uses, days],
    );
    if (!row) throw new Error('an invite was not written');
    return { code, expiresAt: row.expires_at };
  }

  async isGood(code: string): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM invites WHERE code_mac = $1 AND uses_left > 0 AND expires_at > flits_now()', [
      this.#macOf(code),
    ]);
    return rows.length === 1;
  }

  /** Takes one use: of any number of sign-ups at once, as many succeed as are left. */
  async use(tx: Transaction, code: string): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE invites SET uses_left = uses_left - 1 WHERE code_mac = $1 AND uses_left > 0 AND expires_at > flits_now() RETURNING 1',
      [this.#macOf(code)],
    );
    return rows.length === 1;
  }

  async deleteDead(): Promise<void> {
    await this.database.query('DELETE FROM invites WHERE uses_left = 0 OR expires_at <= flits_now()');
  }

  #macOf(code: string): Buffer {
    return hmac(this.#key, readableForm(code));
  }
}
