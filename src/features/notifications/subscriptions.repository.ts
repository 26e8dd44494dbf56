import { Injectable } from '@nestjs/common';
import { Database, defineStatement, type Transaction } from '../../platform/database/index.js';
import type { PushProvider } from './push-target.js';
import { PushSettings } from './notifications.settings.js';

export interface DueDevice {
  readonly device_id: string;
  /** ms since the epoch */
  readonly due: string;
}

/** A subscription that one process has taken to look at. */
export interface TakenSubscription {
  readonly person_id: string;
  readonly provider: PushProvider;
  readonly target: Buffer;
  readonly target_mac: Buffer;
  readonly looked_seq: string;
  readonly failures: number;
  /** The highest number that any living device of the person has acked. */
  readonly acked: string;
}

const BATCH = 500;

/** Locked in the order of their ids: several workers hear of the same people. $1 delay, $2 window, in seconds; $3 is of `whose`. */
const marking = (whose: string): string => `
WITH found AS MATERIALIZED (
  SELECT s.device_id FROM push_subscriptions s JOIN event_heads h ON h.person_id = s.person_id AND h.head > s.looked_seq
  WHERE s.due_at IS NULL AND ${whose}
  ORDER BY s.device_id FOR UPDATE OF s
)
UPDATE push_subscriptions s SET due_at = greatest(flits_now() + make_interval(secs => $1), s.woken_at + make_interval(secs => $2))
FROM found f WHERE s.device_id = f.device_id RETURNING s.device_id, epoch_ms(s.due_at) AS due`;

/** Devices of these people ($3) whose log has grown become due, once. */
const mark = defineStatement<DueDevice>('notifications.mark', marking('s.person_id = ANY ($3::uuid[])'));

/** The same for whoever's hint was lost: $3 how many. */
const markMissed = defineStatement<DueDevice>(
  'notifications.mark_missed',
  marking(`s.device_id = ANY (ARRAY(
    SELECT m.device_id FROM push_subscriptions m JOIN event_heads n ON n.person_id = m.person_id AND n.head > m.looked_seq
    WHERE m.due_at IS NULL LIMIT $3))`),
);

/**
 * Takes a device that is due: whoever comes second finds its time moved by a window ($2, seconds), in which at most one
 * wake-up is allowed anyway. A grace of 100 ms, because a job's
 * clock is not the database's to the millisecond.
 */
const take = defineStatement<TakenSubscription>(
  'notifications.take',
  `UPDATE push_subscriptions s SET due_at = flits_now() + make_interval(secs => $2)
   FROM devices d
   WHERE s.device_id = $1 AND d.id = s.device_id AND d.ended_at IS NULL AND s.due_at <= flits_now() + interval '100 milliseconds'
   RETURNING s.person_id, s.provider, s.target, s.target_mac, s.looked_seq, s.failures,
     (SELECT max(o.acked_seq) FROM devices o WHERE o.person_id = s.person_id AND o.ended_at IS NULL) AS acked`,
);

/**
 * Table `push_subscriptions`: one row a device whose person is to be woken up. The row is the truth, a job only its clock:
 * `due_at` is set by a hint or by the sweep, and moves on by whoever takes it. Any number of workers.
 */
@Injectable()
export class SubscriptionsRepository {
  constructor(
    private readonly database: Database,
    private readonly settings: PushSettings,
  ) {}

  /** Looked at from now on: what came before wakes nobody. An endpoint belongs to the device that named it last. @returns `false` for an ended session */
  async put(row: { deviceId: string; personId: string; provider: string; target: Buffer; targetMac: Buffer }): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      // The device first, as whoever ends its session does.
      const [alive] = await tx.query('SELECT 1 FROM devices WHERE id = $1 AND person_id = $2 AND ended_at IS NULL FOR UPDATE', [
        row.deviceId,
        row.personId,
      ]);
      if (!alive) return false;
      // Of several devices that name it at once the last one has it, and none meets the other's row.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))`, [row.targetMac]);
      // In the order of their ids, for devices that swap theirs.
      await tx.query('SELECT 1 FROM push_subscriptions WHERE target_mac = $1 OR device_id = $2 ORDER BY device_id FOR UPDATE', [
        row.targetMac,
        row.deviceId,
      ]);
      await tx.query('DELETE FROM push_subscriptions WHERE target_mac = $1 AND device_id <> $2', [row.targetMac, row.deviceId]);
      await tx.query(
        `INSERT INTO push_subscriptions (device_id, person_id, provider, target, target_mac, looked_seq)
         SELECT $1, h.person_id, $3, $4, $5, h.head FROM event_heads h WHERE h.person_id = $2
         ON CONFLICT (device_id) DO UPDATE SET provider = excluded.provider, target = excluded.target, target_mac = excluded.target_mac, failures = 0`,
        [row.deviceId, row.personId, row.provider, row.target, row.targetMac],
      );
      return true;
    });
  }

  async remove(deviceId: string): Promise<void> {
    await this.database.query('DELETE FROM push_subscriptions WHERE device_id = $1', [deviceId]);
  }

  async removeAll(tx: Transaction, deviceIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM push_subscriptions WHERE device_id = ANY ($1::uuid[])', [deviceIds]);
  }

  /** What ended without the transaction that removes it, such as in a restore. */
  async removeEnded(): Promise<void> {
    await this.database.query('DELETE FROM push_subscriptions s USING devices d WHERE d.id = s.device_id AND d.ended_at IS NOT NULL');
  }

  /** The subscription that was tried is over; one that took its place meanwhile stays. */
  async prune(deviceId: string, targetMac: Buffer): Promise<void> {
    await this.database.query('DELETE FROM push_subscriptions WHERE device_id = $1 AND target_mac = $2', [deviceId, targetMac]);
  }

  mark(personIds: readonly string[]): Promise<DueDevice[]> {
    return this.database.statement(mark, [this.settings.delaySeconds, this.settings.windowSeconds, personIds]);
  }

  async markMissed(): Promise<{ due: DueDevice[]; more: boolean }> {
    const due = await this.database.statement(markMissed, [this.settings.delaySeconds, this.settings.windowSeconds, BATCH]);
    return { due, more: due.length === BATCH };
  }

  /** Those whose job was lost. */
  overdue(): Promise<DueDevice[]> {
    return this.database.query(
      `SELECT device_id, epoch_ms(due_at) AS due FROM push_subscriptions WHERE due_at < flits_now() - interval '5 seconds' ORDER BY due_at LIMIT $1`,
      [BATCH],
    );
  }

  /** @returns nothing where it is not due, gone, or taken by somebody else */
  async take(deviceId: string): Promise<TakenSubscription | undefined> {
    const [taken] = await this.database.statement(take, [deviceId, this.settings.windowSeconds]);
    return taken;
  }

  /** Looked at up to `seq`; `isWoken`: and a wake-up went out. */
  async settle(deviceId: string, seq: number, isWoken: boolean): Promise<void> {
    await this.database.query(
      `UPDATE push_subscriptions SET due_at = NULL, looked_seq = greatest(looked_seq, $2), failures = CASE WHEN $3 THEN 0 ELSE failures END,
              woken_at = CASE WHEN $3 THEN flits_now() ELSE woken_at END
       WHERE device_id = $1`,
      [deviceId, seq, isWoken],
    );
  }

  /** It did not arrive: to be looked at again after so long, or (null) when there is something new. @returns when, ms */
  async fail(deviceId: string, retrySeconds: number | null, seq: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ due: string | null }>(
      `UPDATE push_subscriptions SET failures = least(failures + 1, 1000), due_at = flits_now() + make_interval(secs => $2),
              looked_seq = CASE WHEN $2::float8 IS NULL THEN greatest(looked_seq, $3) ELSE looked_seq END
       WHERE device_id = $1 RETURNING epoch_ms(due_at) AS due`,
      [deviceId, retrySeconds, seq],
    );
    return row && row.due !== null ? Number(row.due) : undefined;
  }
}
