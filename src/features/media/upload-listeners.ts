import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import type { RejectionReason } from './media-rejections.js';
import type { UploadEntity } from './upload.entity.js';

/** Called in the transaction that decides, after the upload's row is locked: throwing rolls the decision back. */
export interface UploadListener {
  ready(tx: Transaction, upload: UploadEntity): Promise<void>;
  rejected(tx: Transaction, upload: UploadEntity, reason: RejectionReason): Promise<void>;
}

/** How features above hear that a file may be handed out, or never will be: in the same commit, so that nothing waits in vain. */
@Injectable()
export class UploadListeners implements UploadListener {
  readonly #listeners: UploadListener[] = [];

  register(listener: UploadListener): void {
    this.#listeners.push(listener);
  }

  async ready(tx: Transaction, upload: UploadEntity): Promise<void> {
    for (const listener of this.#listeners) await listener.ready(tx, upload);
  }

  async rejected(tx: Transaction, upload: UploadEntity, reason: RejectionReason): Promise<void> {
    for (const listener of this.#listeners) await listener.rejected(tx, upload, reason);
  }
}
