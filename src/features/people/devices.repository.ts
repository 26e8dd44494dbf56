import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, defineStatement, type Transaction } from '../../platform/database/index.js';
import { DeviceEntity } from './device.entity.js';
import { REAUTH_SECONDS } from './people.settings.js';

/**
 * One conditional UPDATE decides a refresh. A token's generation is one above what was used (its first use), or equal to it
 * (its answer was lost): both lead to the same successor.
 */
const rotate = defineStatement<{ person_id: string }>(
  'people.rotate',
  `UPDATE devices d SET refresh_generation = $2, refreshed_at = flits_now()
   FROM people p
   WHERE d.id = $1 AND p.id = d.person_id AND d.ended_at IS NULL AND p.suspended_at IS NULL AND p.deleted_at IS NULL AND d.refresh_generation IN ($2, $2 - 1)
   RETURNING d.person_id`,
);

/** Rows of `devices`, each a session while `ended_at` is null. */
@Injectable()
export class DevicesRepository {
  constructor(private readonly database: Database) {}

  /** The person's living devices, oldest first. @param tx where the answer must hold until it ends (person locked) */
  alive(personId: string, tx?: Transaction): Promise<DeviceEntity[]> {
    const manager = tx?.manager ?? this.database.manager;
    return manager.find(DeviceEntity, { where: { personId, endedAt: IsNull() }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  findAlive(id: string): Promise<DeviceEntity | null> {
    return this.database.manager.findOneBy(DeviceEntity, { id, endedAt: IsNull() });
  }

  async insert(tx: Transaction, device: Pick<DeviceEntity, 'id' | 'personId' | 'name'>): Promise<void> {
    await tx.query('INSERT INTO devices (id, person_id, name) VALUES ($1, $2, $3)', [device.id, device.personId, device.name]);
  }

  /** @returns the person, where the token of that generation is good: the next one may be given */
  async rotate(id: string, generation: number): Promise<string | undefined> {
    const [row] = await this.database.statement(rotate, [id, generation]);
    return row?.person_id;
  }

  /** Whether a device, alive or ended, belongs to somebody who is suspended. */
  async isSuspended(id: string): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT 1 FROM devices d JOIN people p ON p.id = d.person_id WHERE d.id = $1 AND p.suspended_at IS NOT NULL',
      [id],
    );
    return rows.length === 1;
  }

  async markReauthenticated(id: string): Promise<void> {
    await this.database.query('UPDATE devices SET reauthenticated_at = flits_now() WHERE id = $1 AND ended_at IS NULL', [id]);
  }

  async isReauthenticated(id: string): Promise<boolean> {
    const [row] = await this.database.query<{ fresh: boolean }>(
      `SELECT reauthenticated_at > flits_now() - make_interval(secs => $2) AS fresh FROM devices WHERE id = $1 AND ended_at IS NULL`,
      [id, REAUTH_SECONDS],
    );
    return row?.fresh ?? false;
  }
}
