import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { PersonalData, SessionEndings } from '../people/index.js';
import { SubscriptionSeal } from './subscription-seal.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** What is held about a person here, and how it ends: with the session, in the same transaction. */
@Injectable()
export class NotificationParts implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly data: PersonalData,
    private readonly endings: SessionEndings,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly seal: SubscriptionSeal,
  ) {}

  onModuleInit(): void {
    this.endings.onEnding((tx, deviceIds) => this.subscriptions.removeAll(tx, deviceIds));
    this.data.register({
      name: 'push_subscriptions',
      what: 'Where your devices are woken up when something came for you. Of the address only its host is part of an export: whoever has all of it can wake you up.',
      until: 'the device turns it off or is signed out, or the push service says that it is over',
      pages: (personId) => this.#pages(personId),
      erase: async (tx, personId) => void (await tx.query('DELETE FROM push_subscriptions WHERE person_id = $1', [personId])),
    });
  }

  async *#pages(personId: string): AsyncGenerator<readonly object[]> {
    const rows = await this.database.query<{
      device_id: string;
      provider: string;
      target: Buffer;
      created_at: Date;
      woken_at: Date | null;
    }>('SELECT device_id, provider, target, created_at, woken_at FROM push_subscriptions WHERE person_id = $1 ORDER BY created_at', [
      personId,
    ]);
    yield rows.map(({ target, ...row }) => {
      const open = this.seal.open(row.device_id, target);
      return { ...row, host: open ? new URL(open.subscription.endpoint).host : null };
    });
  }
}
