import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { Random } from '../../platform/ids/index.js';
import { IDLE_MINUTES, SESSION_HOURS, type AdminRole } from './admin.settings.js';

export interface Admin {
  readonly id: string;
  readonly name: string;
  readonly role: AdminRole;
}

export interface AdminSession {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Table `admin_sessions`: hashes of opaque tokens, 8 hours at most, half an hour idle. Looked up at every call, so an end is one at once. */
@Injectable()
export class AdminSessions {
  constructor(
    private readonly database: Database,
    private readonly random: Random,
  ) {}

  async open(adminId: string): Promise<AdminSession> {
    const token = `flits-admin-${this.random.bytes(32).toString('base64url')}`;
    await this.deleteDead();
    const [row] = await this.database.query<{ expires_at: Date }>(
      `INSERT INTO admin_sessions (token_hash, admin_id, used_at, expires_at)
       VALUES ($1, $2, flits_now(), flits_now() + make_interval(hours => $3)) RETURNING expires_at`,
      [hashOf(token), adminId, SESSION_HOURS],
    );
    if (!row) throw new Error('a session was not written');
    return { token, expiresAt: row.expires_at };
  }

  /**
   * @param isByHand false for what a page asks by itself every few seconds: that keeps no session alive
   * @throws Fault `invalid_credentials`
   */
  async authenticate(token: string, { isByHand = true } = {}): Promise<Admin> {
    const [admin] = await this.database.query<Admin>(
      `UPDATE admin_sessions s SET used_at = CASE WHEN $3 THEN flits_now() ELSE used_at END FROM admins a
       WHERE s.token_hash = $1 AND a.id = s.admin_id AND s.expires_at > flits_now() AND s.used_at > flits_now() - make_interval(mins => $2)
       RETURNING a.id, a.name, a.role`,
      [hashOf(token), IDLE_MINUTES, isByHand],
    );
    if (!admin) throw new Fault('invalid_credentials', 'No admin session goes with this token; sign in anew.');
    return admin;
  }

  async end(token: string): Promise<void> {
    await this.database.query('DELETE FROM admin_sessions WHERE token_hash = $1', [hashOf(token)]);
  }

  async deleteDead(): Promise<void> {
    await this.database.query(
      'DELETE FROM admin_sessions WHERE expires_at <= flits_now() OR used_at <= flits_now() - make_interval(mins => $1)',
      [IDLE_MINUTES],
    );
  }
}

/** After a restore, which would bring back sessions that were ended since the backup. */
export async function endEveryAdminSession(tx: Transaction): Promise<void> {
  await tx.query('DELETE FROM admin_sessions');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
