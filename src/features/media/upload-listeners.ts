import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import type { RejectionReason } from './media-rejections.js';
import type { UploadEntity } from './upload.entity.js';

/** What fails with a refused upload: its ERASE leaf has to wait until the upload's bytes are gone. */
export interface FailedSubject {
  /** End of the hour whose leaf has to wait, ms since the epoch. */
  readonly label: number;
  readonly commitment: Buffer;
}

/** Called in the transaction that decides, after the upload's row is locked: throwing rolls the decision back. */
export interface UploadListener {
  ready(tx: Transaction, upload: UploadEntity): Promise<void>;
  /** @returns what failed with it, if anything had been made of the upload */
  rejected(tx: Transaction, upload: UploadEntity, reason: RejectionReason): Promise<FailedSubject | undefined>;
  /** Its object is missing from the store. The row is locked; whoever made something of it erases that. */
  lost(tx: Transaction, snapId: string): Promise<void>;
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

  async lost(tx: Transaction, snapId: string): Promise<void> {
    for (const listener of this.#listeners) await listener.lost(tx, snapId);
  }

  async rejected(tx: Transaction, upload: UploadEntity, reason: RejectionReason): Promise<FailedSubject | undefined> {
    let failed: FailedSubject | undefined;
    for (const listener of this.#listeners) failed = (await listener.rejected(tx, upload, reason)) ?? failed;
    return failed;
  }
}
