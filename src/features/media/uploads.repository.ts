import { Injectable } from '@nestjs/common';
import { Database, statesBefore, type Transaction } from '../../platform/database/index.js';
import { UploadEntity } from './upload.entity.js';
import { UploadQuota } from './upload-quota.js';
import { uploadTransitions } from './upload.states.js';

/** A link is good for 15 minutes; a PUT that began in its last may take a while. */
const PUT_OVER = `interval '25 minutes'`;

/** What is known of an upload when its ticket is made; the rest is the worker's to fill in. */
export type NewUpload = Pick<
  UploadEntity,
  | 'id'
  | 'ownerId'
  | 'kind'
  | 'incomingName'
  | 'incomingBytes'
  | 'incomingSha256'
  | 'encryption'
  | 'clientKey'
  | 'contentKey'
  | 'objectName'
  | 'contentType'
>;

/** Table `mortal.uploads`, as its owner sees it. Times are the database's. */
@Injectable()
export class UploadsRepository {
  constructor(
    private readonly database: Database,
    private readonly quota: UploadQuota,
  ) {}

  /** With what it weighs on its owner's quota. @throws Fault quota_exceeded */
  async insert(tx: Transaction, upload: NewUpload): Promise<void> {
    await tx.query(
      `INSERT INTO mortal.uploads (id, owner_id, kind, created_at, unused_until, incoming_due, incoming_name, incoming_bytes,
                                   incoming_sha256, encryption, client_key, content_key, object_name, content_type)
       SELECT $1, $2, $3, now, now + interval '6 hours', now + ${PUT_OVER}, $4, $5, $6, $7, $8, $9, $10, $11 FROM flits_now() AS now`,
      [
        upload.id,
        upload.ownerId,
        upload.kind,
        upload.incomingName,
        upload.incomingBytes,
        upload.incomingSha256,
        upload.encryption,
        upload.clientKey,
        upload.contentKey,
        upload.objectName,
        upload.contentType,
      ],
    );
    await this.quota.charge(tx, upload);
  }

  async find(ownerId: string, id: string): Promise<UploadEntity | null> {
    return this.database.manager.findOneBy(UploadEntity, { ownerId, id });
  }

  /** Whether an hour is over, by the clock that decides. @param label its end, ms since the epoch */
  async isPast(label: number): Promise<boolean> {
    const [row] = await this.database.query<{ past: boolean }>('SELECT from_epoch_ms($1) <= flits_now() AS past', [label]);
    return row?.past ?? true;
  }

  /** Another link to PUT its bytes is about to be handed out. @returns whether they are still awaited */
  async expectPut(ownerId: string, id: string): Promise<boolean> {
    const awaited = await this.database.query(
      `UPDATE mortal.uploads SET incoming_due = flits_now() + ${PUT_OVER} WHERE id = $1 AND owner_id = $2 AND state = 'pending' RETURNING id`,
      [id, ownerId],
    );
    return awaited.length === 1;
  }

  /** From then on it waits for a worker, and counts for a day. @returns whether this call was the one that moved it */
  async startProcessing(ownerId: string, id: string): Promise<boolean> {
    const moved = await this.database.query(
      `WITH moved AS (
         UPDATE mortal.uploads SET state = 'processing', claimed_until = flits_now()
         WHERE id = $1 AND owner_id = $2 AND state = ANY ($3) AND from_epoch_ms(mortal_label(id)) > flits_now() RETURNING id
       ), charged AS (
         UPDATE upload_charges SET counts_until = charged_at + interval '24 hours' FROM moved WHERE upload_id = moved.id
       ) SELECT id FROM moved`,
      [id, ownerId, statesBefore(uploadTransitions, 'processing')],
    );
    return moved.length === 1;
  }
}
