import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Idempotency } from '../../platform/http/index.js';
import { Sweeper } from '../expiry/index.js';
import { HandleQuarantine } from './handle-quarantine.js';
import { Invites } from './invites.js';
import { PasswordResets } from './password-resets.js';
import { IDLE_SESSION_DAYS } from './people.settings.js';
import { SessionEndings } from './session-endings.js';

const BATCH = 500;

/**
 * What of people's rows goes by itself: idempotency records past their time, sessions idle for 90 days, rows of sessions that
 * ended a day ago (their access tokens ran out long since), handles out of quarantine, export links, invites and resets past their time. Workers run it; several at once do no harm.
 */
@Injectable()
export class PeopleSweeps implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly idempotency: Idempotency,
    private readonly database: Database,
    private readonly endings: SessionEndings,
    private readonly quarantine: HandleQuarantine,
    private readonly invites: Invites,
    private readonly resets: PasswordResets,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'idempotency keys', run: () => this.idempotency.deleteDead() });
    this.sweeper.register({ name: 'idle sessions', run: () => this.endIdle() });
    this.sweeper.register({ name: 'quarantined handles', run: () => this.quarantine.deleteDead() });
    this.sweeper.register({ name: 'invites', run: () => this.invites.deleteDead() });
    this.sweeper.register({ name: 'password resets', run: () => this.resets.deleteDead() });
    this.sweeper.register({ name: 'export links', run: () => this.deleteExports() });
    this.sweeper.register({ name: 'ended sessions', run: () => this.deleteEnded() });
  }

  async endIdle(): Promise<void> {
    await this.database.transaction((tx) =>
      this.endings.end(
        tx,
        `d.id IN (SELECT id FROM devices WHERE ended_at IS NULL AND refreshed_at < flits_now() - make_interval(days => $1) LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [IDLE_SESSION_DAYS, BATCH],
      ),
    );
  }

  async deleteExports(): Promise<void> {
    await this.database.query('DELETE FROM exports WHERE expires_at <= flits_now()');
  }

  async deleteEnded(): Promise<void> {
    await this.database.query(`DELETE FROM devices WHERE ended_at < flits_now() - interval '1 day'`);
  }
}
