import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Database, type Transaction } from '../../platform/database/index.js';
import { PersonEntity } from './person.entity.js';

export type ProfileChange = Partial<Pick<PersonEntity, 'displayName' | 'openedReceipts' | 'viewTime'>>;
export type NewPerson = Pick<PersonEntity, 'id' | 'handle' | 'displayName' | 'passwordHash' | 'recoveryHash' | 'birthDate'>;

/** A person under their row's lock: what was read before it may have changed while it was waited for. */
export interface LockedPerson {
  readonly id: string;
  readonly passwordHash: string;
  readonly recoveryHash: string;
  readonly isSuspended: boolean;
}

/** Rows of `people`. Lock order: people by id, then devices, then event counters. */
@Injectable()
export class PeopleRepository {
  constructor(private readonly database: Database) {}

  findByHandle(handle: string): Promise<PersonEntity | null> {
    return this.database.manager.findOneBy(PersonEntity, { handle, deletedAt: IsNull() });
  }

  findById(id: string): Promise<PersonEntity | null> {
    return this.database.manager.findOneBy(PersonEntity, { id });
  }

  findByIds(ids: readonly string[]): Promise<PersonEntity[]> {
    return ids.length === 0
      ? Promise.resolve([])
      : this.database.manager.findBy(PersonEntity, { id: In([...new Set(ids)]), deletedAt: IsNull() });
  }

  /** @returns whether the handle was free: its unique constraint decides */
  async insert(tx: Transaction, { id, handle, displayName, passwordHash, recoveryHash, birthDate }: NewPerson): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO people (id, handle, display_name, password_hash, recovery_hash, birth_date) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ON CONSTRAINT ux_people_handle DO NOTHING RETURNING id`,
      [id, handle, displayName, passwordHash, recoveryHash, birthDate],
    );
    return rows.length === 1;
  }

  /** Locks people in the order of their ids; others wait until the transaction ends. @returns who exists */
  async lock(tx: Transaction, ids: readonly string[]): Promise<LockedPerson[]> {
    const rows = await tx.query<{ id: string; password_hash: string; recovery_hash: string; suspended_at: Date | null }>(
      'SELECT id, password_hash, recovery_hash, suspended_at FROM people WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE',
      [ids],
    );
    return rows.map((row) => ({
      id: row.id,
      passwordHash: row.password_hash,
      recoveryHash: row.recovery_hash,
      isSuspended: row.suspended_at !== null,
    }));
  }

  async changeProfile(id: string, { displayName, openedReceipts, viewTime }: ProfileChange): Promise<void> {
    await this.database.query(
      `UPDATE people SET display_name = coalesce($2, display_name), opened_receipts = coalesce($3, opened_receipts), view_time = coalesce($4, view_time)
       WHERE id = $1 AND deleted_at IS NULL`,
      [id, displayName ?? null, openedReceipts ?? null, viewTime ?? null],
    );
  }

  async changeSecrets(id: string, secrets: Partial<Pick<PersonEntity, 'passwordHash' | 'recoveryHash'>>, tx?: Transaction): Promise<void> {
    await (tx?.manager ?? this.database.manager).update(PersonEntity, { id }, secrets);
  }
}
