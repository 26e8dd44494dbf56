import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { UploadEncryption, UploadKind } from './upload.states.js';

/** Longer than the slowest photo takes; a worker that lives renews it while it is at a clip. */
const LEASE = `interval '60 seconds'`;

/** One worker's right to an upload. Everything it writes is fenced by `token`: a worker that came too late writes nothing. */
export interface Claim {
  readonly id: string;
  readonly kind: UploadKind;
  /** The lease's end to the microsecond, as text; renewed by `startDecode` and `endDecode`. */
  token: string;
  readonly incomingName: string | null;
  readonly incomingBytes: number;
  readonly incomingSha256: string;
  readonly encryption: UploadEncryption;
  readonly clientKey: Buffer | null;
  readonly contentKey: Buffer | null;
  readonly objectName: string;
  /**
   * When the decoder was started of whose end the row knows nothing, as text: the worker before did not come back from it, or
   * could not say so. Moved by `startDecode` and `endDecode`.
   */
  decodeStartedAt: string | null;
}

/**
 * Who works on which upload: columns `claimed_until` and `decode_started_at` of `mortal.uploads` in state `processing`. At
 * most one claim is good at a time; any number of workers may ask. A claim dies with its lease, with the upload, or when the
 * upload is erased.
 */
@Injectable()
export class UploadClaims {
  constructor(private readonly database: Database) {}

  /** @returns nothing where there is nothing to do: done, erased, past its hour, or another worker is at it */
  async take(id: string): Promise<Claim | undefined> {
    const [claim] = await this.database.query<Claim>(
      `UPDATE mortal.uploads SET claimed_until = flits_now() + ${LEASE}
       WHERE id = $1 AND state = 'processing' AND (claimed_until IS NULL OR claimed_until <= flits_now())
         AND from_epoch_ms(mortal_label(id)) > flits_now()
       RETURNING id, kind, claimed_until::text AS token, incoming_name AS "incomingName", incoming_bytes AS "incomingBytes",
         incoming_sha256 AS "incomingSha256", encryption, client_key AS "clientKey", content_key AS "contentKey",
         object_name AS "objectName", decode_started_at::text AS "decodeStartedAt"`,
      [id],
    );
    return claim;
  }

  /** Counts the attempt, committed before the first byte is decoded. @returns false where the claim is no longer ours */
  startDecode(claim: Claim): Promise<boolean> {
    return this.#renew(claim, 'flits_now()');
  }

  /** While a long decode goes on. @returns false where the claim is no longer ours */
  keep(claim: Claim): Promise<boolean> {
    return this.#renew(claim, 'decode_started_at');
  }

  /** The decoder came back: a crash from here on repeats harmlessly. @returns false where the claim is no longer ours */
  endDecode(claim: Claim): Promise<boolean> {
    return this.#renew(claim, 'NULL');
  }

  /** Gives the upload back untried: the fault was not the file's. */
  async release({ id, token }: Claim): Promise<void> {
    await this.database.query(
      `UPDATE mortal.uploads SET claimed_until = flits_now(), decode_started_at = NULL
       WHERE id = $1 AND state = 'processing' AND claimed_until = $2::timestamptz`,
      [id, token],
    );
  }

  /** Gives it to the queue of HEIF, untried: it is one, whatever it was announced as. @returns false where the claim is no longer ours */
  async moveToHeif({ id, token }: Claim): Promise<boolean> {
    const moved = await this.database.query(
      `UPDATE mortal.uploads SET claimed_until = flits_now(), decode_started_at = NULL, content_type = 'image/heif'
       WHERE id = $1 AND state = 'processing' AND claimed_until = $2::timestamptz RETURNING id`,
      [id, token],
    );
    return moved.length === 1;
  }

  /** Whether nobody will ever hand out this upload's object: erased, or gone with its hour. */
  async isDead(id: string): Promise<boolean> {
    const [row] = await this.database.query<{ state: string }>('SELECT state FROM mortal.uploads WHERE id = $1', [id]);
    return row === undefined || row.state === 'erased';
  }

  async #renew(claim: Claim, decodeStartedAt: 'flits_now()' | 'decode_started_at' | 'NULL'): Promise<boolean> {
    const [renewed] = await this.database.query<Pick<Claim, 'token' | 'decodeStartedAt'>>(
      `UPDATE mortal.uploads SET decode_started_at = ${decodeStartedAt}, claimed_until = flits_now() + ${LEASE}
       WHERE id = $1 AND state = 'processing' AND claimed_until = $2::timestamptz
       RETURNING claimed_until::text AS token, decode_started_at::text AS "decodeStartedAt"`,
      [claim.id, claim.token],
    );
    if (!renewed) return false;
    claim.token = renewed.token;
    claim.decodeStartedAt = renewed.decodeStartedAt;
    return true;
  }
}
