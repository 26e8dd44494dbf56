import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { inOnePage, PersonalData } from '../people/index.js';
import { MediaErrors } from './media.errors.js';
import type { UploadEntity } from './upload.entity.js';

const DELETE_BATCH = 5000;
const DAY_SECONDS = 86_400;

/**
 * How much a person may upload in any 24 hours, in files and bytes (R44). Table `upload_charges`, a row an upload.
 *
 * Invariants: a charge is committed with its upload, and given back in the transaction that rejects it or finds it unused, so
 * that no crash loses or invents one; an upload whose bytes never came stops counting by itself. Tickets of one person queue at
 * an advisory lock, so that any number at once go through the same narrow door. Other people's are not touched.
 */
@Injectable()
export class UploadQuota implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register({
      name: 'upload_charges',
      what: 'What your uploads of the last 24 hours weigh, for the quota of a person.',
      until: '24 hours after the upload at the latest',
      pages: inOnePage(
        this.database,
        // Not of which upload: it may be erased by now (R31).
        `SELECT bytes, charged_at, counts_until FROM upload_charges
         WHERE person_id = $1 AND counts_until > flits_now() ORDER BY charged_at`,
      ),
      erase: async (tx, personId) => void (await tx.query('DELETE FROM upload_charges WHERE person_id = $1', [personId])),
    });
  }

  /** In the transaction that inserts the upload. @throws Fault quota_exceeded, with the time at which there is room again */
  async charge(tx: Transaction, { id, ownerId, incomingBytes }: Pick<UploadEntity, 'id' | 'ownerId' | 'incomingBytes'>): Promise<void> {
    // A statement of its own: the next one must see what the one before us in the queue committed.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('upload quota'), hashtext($1))`, [ownerId]);
    const { UPLOADS_PER_DAY: mostFiles, UPLOAD_BYTES_PER_DAY: mostBytes } = this.config;
    const charged = await tx.query(
      `INSERT INTO upload_charges (upload_id, person_id, bytes, charged_at, counts_until)
       SELECT $1, $2, $3::bigint, now, least(now + interval '6 hours', from_epoch_ms(mortal_label($1)))
       FROM (SELECT flits_now() AS now) AS clock,
         LATERAL (SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM upload_charges
                  WHERE person_id = $2 AND counts_until > now) AS used
       WHERE used.files < $4 AND used.bytes + $3::bigint <= $5
       RETURNING upload_id`,
      [id, ownerId, incomingBytes, mostFiles, mostBytes],
    );
    if (charged.length === 0) throw MediaErrors.quotaExceeded(await this.#secondsUntilRoom(tx, ownerId, incomingBytes));
  }

  /** Nothing comes of this upload: it never counted. Harmless when repeated. */
  async giveBack(tx: Transaction, uploadId: string): Promise<void> {
    await tx.query('DELETE FROM upload_charges WHERE upload_id = $1', [uploadId]);
  }

  /** What counts no longer; nobody reads it any more. Safe from several workers at once. */
  async deleteDead(): Promise<void> {
    for (let deleted = DELETE_BATCH; deleted === DELETE_BATCH;) {
      const gone = await this.database.query(
        `DELETE FROM upload_charges WHERE upload_id IN (
           SELECT upload_id FROM upload_charges WHERE counts_until <= flits_now() LIMIT $1 FOR UPDATE SKIP LOCKED
         ) RETURNING upload_id`,
        [DELETE_BATCH],
      );
      deleted = gone.length;
    }
  }

  /** When enough of the oldest has stopped counting. */
  async #secondsUntilRoom(tx: Transaction, ownerId: string, bytes: number): Promise<number> {
    const [room] = await tx.query<{ seconds: number | null }>(
      `SELECT ceil(extract(epoch FROM min(counts_until) FILTER (WHERE files - ends < $3 AND bytes - freed + $2 <= $4) - flits_now()))::int AS seconds
       FROM (SELECT counts_until, row_number() OVER oldest AS ends, sum(bytes) OVER oldest AS freed,
                    count(*) OVER () AS files, sum(bytes) OVER () AS bytes
             FROM upload_charges WHERE person_id = $1 AND counts_until > flits_now()
             WINDOW oldest AS (ORDER BY counts_until, upload_id)) AS charges`,
      [ownerId, bytes, this.config.UPLOADS_PER_DAY, this.config.UPLOAD_BYTES_PER_DAY],
    );
    return room?.seconds ?? DAY_SECONDS;
  }
}
