import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { PushOutcome } from './notifier.js';
import type { PushProvider } from './push-target.js';
import { PushSends } from './push-sends.js';

export interface TestWakeUp {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly provider: PushProvider;
  readonly outcome: PushOutcome;
}

const TTL_SECONDS = 60;

/** For an operator who wants to know whether wake-ups arrive: one to each device of a person, now, and no row changed by it. */
@Injectable()
export class TestWakeUps {
  constructor(
    private readonly database: Database,
    private readonly sends: PushSends,
  ) {}

  /** @returns what became of each; `undefined` where nobody has this handle */
  async send(handle: string): Promise<TestWakeUp[] | undefined> {
    const [person] = await this.database.query<{ id: string }>('SELECT id FROM people WHERE handle = $1 AND deleted_at IS NULL', [handle]);
    if (!person) return undefined;
    const rows = await this.database.query<{ device_id: string; name: string; provider: PushProvider; target: Buffer }>(
      `SELECT s.device_id, d.name, s.provider, s.target FROM push_subscriptions s JOIN devices d ON d.id = s.device_id
       WHERE s.person_id = $1 AND d.ended_at IS NULL ORDER BY d.created_at`,
      [person.id],
    );
    return Promise.all(
      rows.map(async (row) => ({
        deviceId: row.device_id,
        deviceName: row.name,
        provider: row.provider,
        outcome: await this.sends.send(row.device_id, row, { ttlSeconds: TTL_SECONDS }),
      })),
    );
  }
}
