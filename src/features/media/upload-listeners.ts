import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import type { NewEvent } from '../events/index.js';
import type { RejectionReason } from './media-rejections.js';
import type { UploadEntity } from './upload.entity.js';

/**
 * Called in the transaction that decides, after the upload's row is locked: throwing rolls the decision back. Events that are
 * returned are written together with the upload's own, so that counters are locked once, in their order.
 */
export interface UploadListener {
  ready(tx: Transaction, upload: UploadEntity): Promise<readonly NewEvent[] | void>;
  rejected(tx: Transaction, upload: UploadEntity, reason: RejectionReason): Promise<readonly NewEvent[] | void>;
}

/** How features above hear that a file may be handed out, or never will be: in the same commit, so that nothing waits in vain. */
@Injectable()
export class UploadListeners {
  readonly #listeners: UploadListener[] = [];

  register(listener: UploadListener): void {
    this.#listeners.push(listener);
  }

  async ready(tx: Transaction, upload: UploadEntity): Promise<NewEvent[]> {
    const events: NewEvent[] = [];
    for (const listener of this.#listeners) events.push(...((await listener.ready(tx, upload)) ?? []));
    return events;
  }

  async rejected(tx: Transaction, upload: UploadEntity, reason: RejectionReason): Promise<NewEvent[]> {
    const events: NewEvent[] = [];
    for (const listener of this.#listeners) events.push(...((await listener.rejected(tx, upload, reason)) ?? []));
    return events;
  }
}
