import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { Erasures } from '../expiry/index.js';
import type { RejectionReason } from './media-rejections.js';
import { UploadEntity } from './upload.entity.js';
import { eraseUpload } from './upload.eraser.js';
import { UploadListeners } from './upload-listeners.js';
import { UploadQuota } from './upload-quota.js';
import type { Claim } from './upload-claims.js';

/** What is known of the stored object. */
export type Processed = Pick<UploadEntity, 'width' | 'height' | 'durationMs' | 'contentType' | 'bytes' | 'sha256' | 'thumbhash'>;

/**
 * How processing ends, each in one transaction: row, listeners, event. Locks in the one order: upload, whatever the listeners
 * lock, counters. Each is decided once, by the fenced update; `false` says that somebody else decided.
 */
@Injectable()
export class UploadOutcomes {
  constructor(
    private readonly database: Database,
    private readonly listeners: UploadListeners,
    private readonly events: EventLog,
    private readonly erasures: Erasures,
    private readonly hours: Hours,
    private readonly quota: UploadQuota,
  ) {}

  ready(claim: Claim, processed: Processed): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const decided = await tx.query(
        `UPDATE mortal.uploads SET state = 'ready', width = $3, height = $4, content_type = $5, bytes = $6, sha256 = $7, thumbhash = $8, duration_ms = $9,
           client_key = NULL, claimed_until = NULL, decode_started_at = NULL
         WHERE id = $1 AND state = 'processing' AND claimed_until = $2::timestamptz AND from_epoch_ms(mortal_label(id)) > flits_now()
         RETURNING id`,
        [
          claim.id,
          claim.token,
          processed.width,
          processed.height,
          processed.contentType,
          processed.bytes,
          processed.sha256,
          processed.thumbhash,
          processed.durationMs,
        ],
      );
      if (decided.length === 0) return false;
      const upload = await read(tx, claim.id);
      await this.listeners.ready(tx, upload);
      this.events.append(tx, [{ ownerId: upload.ownerId, type: 'upload.ready', ref: upload.id }]);
      return true;
    });
  }

  /** The row stays, to tell why; its keys and bytes go, and it never counted. */
  rejected(claim: Claim, reason: RejectionReason): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const decided = await tx.query(
        `UPDATE mortal.uploads SET state = 'rejected', reason = $3, client_key = NULL, content_key = NULL,
           incoming_name = CASE WHEN incoming_due > flits_now() THEN incoming_name END, unused_until = NULL, claimed_until = NULL, decode_started_at = NULL
         WHERE id = $1 AND state = 'processing' AND claimed_until = $2::timestamptz RETURNING id`,
        [claim.id, claim.token, reason],
      );
      if (decided.length === 0) return false;
      const upload = await read(tx, claim.id);
      const failed = await this.listeners.rejected(tx, upload, reason);
      const objectNames = claim.incomingName === null ? [claim.objectName] : [claim.objectName, claim.incomingName];
      await this.erasures.owe(tx, { ...(failed ?? { label: this.hours.ownLabelOf(claim.id) }), reason: 'failed', objectNames });
      await this.quota.giveBack(tx, claim.id);
      this.events.append(tx, [{ ownerId: upload.ownerId, type: 'upload.rejected', ref: upload.id }]);
      return true;
    });
  }

  /** An upload whose object is missing from the store: what was made of it is lost with it. */
  missing(id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const [upload] = await tx.query<{ snap_id: string | null }>(
        `SELECT snap_id FROM mortal.uploads WHERE id = $1 AND state = 'ready' FOR UPDATE`,
        [id],
      );
      if (!upload) return;
      if (upload.snap_id) await this.listeners.lost(tx, upload.snap_id);
      const objectNames = await eraseUpload(tx, id);
      if (objectNames.length > 0) await this.erasures.owe(tx, { label: this.hours.ownLabelOf(id), reason: 'lost', objectNames });
    });
  }

  /** An upload that no snap came for. The condition is looked at again, under the row's lock. */
  unused(id: string): Promise<void> {
    return this.#eraseUnsent(id, 'unused', 'unused_until <= flits_now()');
  }

  /** An upload of an hour whose key is gone, and that no snap uses. */
  lost(id: string): Promise<void> {
    return this.#eraseUnsent(id, 'lost', 'true');
  }

  /** @param condition SQL, never made of input */
  #eraseUnsent(id: string, reason: 'unused' | 'lost', condition: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const [still] = await tx.query(
        `SELECT id FROM mortal.uploads WHERE id = $1 AND snap_id IS NULL AND ${condition} AND state <> 'erased' FOR UPDATE`,
        [id],
      );
      if (!still) return;
      await this.quota.giveBack(tx, id);
      await this.erasures.owe(tx, { label: this.hours.ownLabelOf(id), reason, objectNames: await eraseUpload(tx, id) });
    });
  }
}

function read(tx: Transaction, id: string): Promise<UploadEntity> {
  return tx.manager.findOneByOrFail(UploadEntity, { id });
}
