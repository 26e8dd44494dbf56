import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { hmac, MasterKeys } from '../../platform/crypto/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { makeReadableCode, Random, readableForm } from '../../platform/ids/index.js';
import { RESET_SECONDS } from './people.settings.js';

const LETTERS = 25; // 125 bits
const GROUP = 5;

export interface PasswordReset {
  readonly code: string;
  /** The code is behind the `#`: browsers send it to nobody. */
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * One-time codes with which somebody who lost password and recovery code gets back in, made by an operator who knows who is
 * asking (and who writes that down: whoever calls this audits it). Table `password_resets`: one a person, a MAC, 24 hours.
 */
@Injectable()
export class PasswordResets {
  readonly #key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly random: Random,
    private readonly config: Config,
    keys: MasterKeys,
  ) {
    this.#key = keys.derive('password reset v1');
  }

  /** The one before is dead. @returns `undefined` where there is no such person */
  async create(personId: string, on: Pick<Transaction, 'query'> = this.database): Promise<PasswordReset | undefined> {
    const code = makeReadableCode(this.random, LETTERS, GROUP);
    const [row] = await on.query<{ expires_at: Date }>(
      `INSERT INTO password_resets (person_id, code_mac, expires_at)
       SELECT id, $2, flits_now() + make_interval(secs => $3) FROM people WHERE id = $1 AND deleted_at IS NULL
       ON CONFLICT ON CONSTRAINT pk_password_resets DO UPDATE SET code_mac = excluded.code_mac, expires_at = excluded.expires_at
       RETURNING expires_at`,
      [personId, this.#macOf(code), RESET_SECONDS],
    );
    return row && { code, url: `${this.config.PUBLIC_URL}/reset#${code}`, expiresAt: row.expires_at };
  }

  /** Whose it is, if it is good now. */
  async find(code: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ person_id: string }>(
      'SELECT person_id FROM password_resets WHERE code_mac = $1 AND expires_at > flits_now()',
      [this.#macOf(code)],
    );
    return row?.person_id;
  }

  /** Once. */
  async use(tx: Transaction, code: string): Promise<boolean> {
    const rows = await tx.query('DELETE FROM password_resets WHERE code_mac = $1 AND expires_at > flits_now() RETURNING 1', [
      this.#macOf(code),
    ]);
    return rows.length === 1;
  }

  async deleteDead(): Promise<void> {
    await this.database.query('DELETE FROM password_resets WHERE expires_at <= flits_now()');
  }

  #macOf(code: string): Buffer {
    return hmac(this.#key, readableForm(code));
  }
}
