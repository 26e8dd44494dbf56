import { Injectable } from '@nestjs/common';
import { JobQueue } from '../../platform/queue/index.js';
import { SubscriptionsRepository, type DueDevice } from './subscriptions.repository.js';

/** Says when a device is to be looked at: in its row, and as a delayed job that carries its id and nothing else. */
@Injectable()
export class WakeTimes {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly queue: JobQueue,
  ) {}

  /** Something new is in these people's logs. */
  async mark(personIds: readonly string[]): Promise<void> {
    await this.#setAll(await this.subscriptions.mark(personIds));
  }

  /** From rows, all of them: whose hints were lost. */
  async markMissed(): Promise<void> {
    for (let isMore = true; isMore;) {
      const { due, more } = await this.subscriptions.markMissed();
      await this.#setAll(due);
      isMore = more;
    }
  }

  /** From rows: whose job was lost. */
  async setOverdue(): Promise<void> {
    await this.#setAll(await this.subscriptions.overdue());
  }

  async set(deviceId: string, at: number): Promise<void> {
    // The time is part of the key: the job that sets the next time still holds the key of its own.
    await this.queue.add('push.wake', { deviceId }, { key: `${deviceId}/${at}`, at });
  }

  async #setAll(due: readonly DueDevice[]): Promise<void> {
    for (const { device_id, due: at } of due) await this.set(device_id, Number(at));
  }
}
