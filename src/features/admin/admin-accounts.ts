import { Injectable } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import { Clock } from '../../platform/clock/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { Ids, makeReadableCode, Random } from '../../platform/ids/index.js';
import { Passwords } from '../people/index.js';
import { AdminEntity } from './admin.entity.js';
import { PASSWORD_LETTERS, TOTP as totpSettings, type AdminRole } from './admin.settings.js';
import { TotpSeal } from './totp-seal.js';

export interface NewAdmin {
  readonly id: string;
  readonly password: string;
  /** For an authenticator app. */
  readonly totpUri: string;
}

export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly role: AdminRole;
  readonly createdAt: Date;
}

const wrong = () => new Fault('invalid_credentials', 'Name, password and code do not go together.');

/**
 * Who may use the admin port. Table `admins`: an argon2id hash, a TOTP secret (RFC 6238) sealed under a derived key, and the
 * step of the last code taken, so that one that was seen over a shoulder is worth nothing.
 */
@Injectable()
export class AdminAccounts {
  readonly #seal: TotpSeal;

  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly random: Random,
    private readonly ids: Ids,
    private readonly clock: Clock,
    masterKeys: MasterKeys,
  ) {
    this.#seal = new TotpSeal(masterKeys);
  }

  /** @returns what nobody can read again; `undefined` where the name is taken */
  async create(name: string, role: AdminRole): Promise<NewAdmin | undefined> {
    const id = this.ids.lasting();
    const password = makeReadableCode(this.random, PASSWORD_LETTERS, 5);
    const secret = this.random.bytes(20);
    const rows = await this.database.query(
      `INSERT INTO admins (id, name, role, password_hash, totp_secret) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT ux_admins_name DO NOTHING RETURNING id`,
      [id, name, role, await this.passwords.hash(password), this.#seal.seal(id, secret)],
    );
    return rows.length === 1 ? { id, password, totpUri: totpOf(secret, name).toString() } : undefined;
  }

  list(): Promise<Colleague[]> {
    return this.database.query<Colleague>('SELECT id, name, role, created_at AS "createdAt" FROM admins ORDER BY name');
  }

  /** Ends their sessions with the account. */
  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.query('DELETE FROM admin_sessions WHERE admin_id = $1', [id]);
    await tx.query('DELETE FROM admins WHERE id = $1', [id]);
  }

  /** Unknown names cost the same time and get the same answer. @throws Fault `invalid_credentials` */
  async check(name: string, password: string, code: string): Promise<AdminEntity> {
    const admin = await this.database.manager.findOneBy(AdminEntity, { name });
    const isRight = await this.passwords.verify(admin?.passwordHash, password);
    if (!admin || !isRight) throw wrong();
    const totp = totpOf(this.#seal.open(admin.id, admin.totpSecret), name);
    const timestamp = this.clock.now();
    const delta = totp.validate({ token: code, timestamp, window: 1 });
    if (delta === null) throw wrong();
    const taken = await this.database.query('UPDATE admins SET totp_step = $2 WHERE id = $1 AND totp_step < $2 RETURNING id', [
      admin.id,
      totp.counter({ timestamp }) + delta,
    ]);
    if (taken.length === 0) throw wrong();
    return admin;
  }
}

function totpOf(secret: Buffer, label: string): TOTP {
  const bytes = new Uint8Array(secret);
  return new TOTP({ ...totpSettings, issuer: 'Flits', label, secret: new Secret({ buffer: bytes.buffer }) });
}
