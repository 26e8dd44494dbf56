import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { AdminAuditEntity } from './admin-audit.entity.js';
import type { Admin } from './admin-sessions.js';

export interface AuditLine {
  readonly action: string;
  readonly subject?: string;
  readonly reason?: string;
}

/** Whoever sits at the command line: the machine knows who may, the audit only that it was there. */
export const AT_COMMAND_LINE: Admin = { id: '00000000-0000-0000-0000-000000000000', name: 'command line', role: 'operator' };

const INSERT = 'INSERT INTO admin_audit (admin_id, admin_name, action, subject, reason) VALUES ($1, $2, $3, $4, $5)';
const EXPORTED_AT_ONCE = 500;

/** Table `admin_audit`. What could not be written down is not done: a look is written before it, an act in its transaction. */
@Injectable()
export class AdminAudit {
  constructor(private readonly database: Database) {}

  /** Before something is looked at. */
  async write(admin: Admin, line: AuditLine): Promise<void> {
    await this.database.query(INSERT, valuesOf(admin, line));
  }

  /** Line and act, or neither. An act that is refused leaves a line that says so. */
  async act<T>(admin: Admin, line: AuditLine, act: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(async (tx) => {
        await tx.query(INSERT, valuesOf(admin, line));
        return act(tx);
      });
    } catch (error) {
      await this.write(admin, { ...line, action: `${line.action}.refused` });
      throw error;
    }
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

  /** Every line there is at this moment, oldest first, a page in memory at a time. */
  async *all(): AsyncGenerator<AdminAuditEntity> {
    const [newest] = await this.database.query<{ id: string }>('SELECT id FROM admin_audit ORDER BY id DESC LIMIT 1');
    for (let after = 0, rows: AdminAuditEntity[]; after < Number(newest?.id ?? 0); after = Number(rows.at(-1)?.id ?? Infinity)) {
      rows = await this.list(EXPORTED_AT_ONCE, after);
      yield* rows.filter(({ id }) => Number(id) <= Number(newest?.id));
    }
  }
}

function valuesOf({ id, name }: Admin, { action, subject, reason }: AuditLine): unknown[] {
  return [id, name, action, subject ?? null, reason ?? null];
}
