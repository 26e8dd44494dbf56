import { Injectable } from '@nestjs/common';
import { MasterKeys, sameBytes } from '../../platform/crypto/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { frankingKeyOf, frankingTag, handedOutOf } from './franking.js';
import { isRelated } from './relation.sql.js';
import { SnapsEraser } from './snaps.eraser.js';
import type { Words } from './words.js';

/** A snap as one of its recipients reports it. */
export interface Reportable {
  readonly id: string;
  readonly senderId: string;
  /** Whether the recipient may look at it at this moment: unopened, under a running lease, or any number of times. */
  readonly isViewable: boolean;
  readonly words: Buffer | null;
  readonly wordsKey: Buffer | null;
  readonly uploadId: string | null;
  readonly contentKey: Buffer | null;
  readonly objectName: string | null;
  readonly contentType: string | null;
}

/** What moderation may ask of snaps: what was sent to whom, whether a copy is genuine, and to take one down. */
@Injectable()
export class Reportables {
  readonly #frankingKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly eraser: SnapsEraser,
    masterKeys: MasterKeys,
  ) {
    this.#frankingKey = frankingKeyOf(masterKeys);
  }

  /** Alive or gone, as long as its hour is not past and it reached this person, whatever is between them and the sender now. */
  async find(snapId: string, recipientId: string): Promise<Reportable | undefined> {
    const [row] = await this.database.query<Reportable>(
      `SELECT s.id, s.sender_id AS "senderId", s.words, s.words_key AS "wordsKey", s.upload_id AS "uploadId",
              u.content_key AS "contentKey", u.object_name AS "objectName", u.content_type AS "contentType",
              s.state = 'sent' AND s.deadline > flits_now() AND (
                s.mode = 'once' AND d.closed_at IS NULL AND d.lease_until > flits_now()
                OR ${isRelated('d')} AND d.ended_at IS NULL AND d.state <> 'withdrawn' AND (
                  s.mode = 'until_expiry' OR d.opened_at IS NULL OR d.replays_left > 0 AND d.replay_until > flits_now())
              ) IS TRUE AS "isViewable"
       FROM mortal.deliveries d JOIN mortal.snaps s ON s.id = d.snap_id LEFT JOIN LATERAL upload_of(s.upload_id) AS u ON true
       WHERE d.snap_id = $1 AND d.recipient_id = $2 AND d.state <> 'waiting' AND s.state NOT IN ('waiting', 'failed')
         -- Between two in a group who are blocked a delivery is over before it begins: that one reached nobody.
         AND d.ended_at IS DISTINCT FROM d.sent_at`,
      [snapId, recipientId],
    );
    return row;
  }

  /** Whether this is what was handed out: a tag is made at every open, over the ciphertext's hash and the words. */
  isGenuine(tag: string, snap: { id: string; senderId: string; recipientId: string }, sha256: string | null, words: Words): boolean {
    return sameBytes(Buffer.from(tag, 'base64'), Buffer.from(frankingTag(this.#frankingKey, snap, handedOutOf(sha256, words)), 'base64'));
  }

  /** Takes it down for everyone, where it still lives. */
  async erase(tx: Transaction, snapId: string): Promise<void> {
    const snap = await this.eraser.lock(tx, snapId);
    if (snap) await this.eraser.erase(tx, snap, 'moderated');
  }
}
