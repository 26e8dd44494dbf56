import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { AdminAuditEntity } from './admin-audit.entity.js';
import type { Admin } from './admin-sessions.js';

export interface AuditLine {
  readonly action: string;
  readonly subject?: string;
  readonly reason?: string;
}

/** Table `admin_audit`. A line is written, and committed, before what it speaks of is done: what could not be written down is not done. */
@Injectable()
export class AdminAudit {
  constructor(private readonly database: Database) {}

  async write({ id, name }: Admin, { action, subject, reason }: AuditLine): Promise<void> {
    await this.database.query('INSERT INTO admin_audit (admin_id, admin_name, action, subject, reason) VALUES ($1, $2, $3, $4, $5)', [
      id,
      name,
      action,
      subject ?? null,
      reason ?? null,
    ]);
  }

  /** Lines go after a year: the one way out of the table, and nothing younger leaves by it. */
  async forgetOld(): Promise<void> {
    await this.database.query('SELECT forget_old_audit()');
  }

  /** Oldest first. @param after a line's id */
  list(limit: number, after = 0): Promise<AdminAuditEntity[]> {
    return this.database.manager
      .createQueryBuilder(AdminAuditEntity, 'a')
      .where('a.id > :after', { after })
      .orderBy('a.id')
      .limit(limit)
      .getMany();
  }
}
