import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../platform/database/index.js';
import { UploadEntity } from './upload.entity.js';
import { statesBefore } from './upload.states.js';

/** What is known of an upload when its ticket is made; the rest is the worker's to fill in. */
export type NewUpload = Pick<
  UploadEntity,
  'id' | 'ownerId' | 'kind' | 'incomingName' | 'incomingBytes' | 'incomingSha256' | 'encryption' | 'clientKey' | 'contentKey' | 'objectName'
>;

/** Table `mortal.uploads`, as its owner sees it. Times are the database's. */
@Injectable()
export class UploadsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, upload: NewUpload): Promise<void> {
    await tx.query(
      `INSERT INTO mortal.uploads (id, owner_id, kind, created_at, unused_until, incoming_name, incoming_bytes, incoming_sha256,
                                   encryption, client_key, content_key, object_name)
       SELECT $1, $2, $3, now, now + interval '6 hours', $4, $5, $6, $7, $8, $9, $10 FROM flits_now() AS now`,
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
      ],
    );
  }

  async find(ownerId: string, id: string): Promise<UploadEntity | null> {
    return this.database.manager.findOneBy(UploadEntity, { ownerId, id });
  }

  async findMany(ownerId: string, ids: readonly string[]): Promise<UploadEntity[]> {
    return this.database.manager.findBy(UploadEntity, { ownerId, id: In(ids) });
  }

  /** Whether an hour is over, by the clock that decides. @param label its end, ms since the epoch */
  async isPast(label: number): Promise<boolean> {
    const [row] = await this.database.query<{ past: boolean }>('SELECT from_epoch_ms($1) <= flits_now() AS past', [label]);
    return row?.past ?? true;
  }

  /** @returns whether this call was the one that moved it; from then on it waits for a worker */
  async startProcessing(ownerId: string, id: string): Promise<boolean> {
    const moved = await this.database.query(
      `UPDATE mortal.uploads SET state = 'processing', claimed_until = flits_now()
       WHERE id = $1 AND owner_id = $2 AND state = ANY ($3) AND from_epoch_ms(mortal_label(id)) > flits_now() RETURNING id`,
      [id, ownerId, statesBefore('processing')],
    );
    return moved.length === 1;
  }
}
