import { Injectable } from '@nestjs/common';
import { MasterKeys } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { keyReused, type IdempotencyMacs } from '../../platform/http/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { frankingKeyOf, frankingTag, handedOutOf } from './franking.js';
import { SnapErrors } from './snaps.errors.js';
import { SnapMediaLinks, type MediaLink } from './snap-media-links.js';
import { openSnap, type OpenRow } from './open.statement.js';
import { unsealWords, type Words } from './words.js';

export interface Opening {
  readonly snapId: string;
  readonly recipientId: string;
  readonly deviceId: string;
  /** Of the Idempotency-Key and what is asked for: the same device with the same key takes its view up again. */
  readonly macs: Pick<IdempotencyMacs, 'keyMac' | 'bodyMac'>;
  readonly replay: boolean;
}

export interface Opened {
  readonly row: OpenRow;
  readonly words: Words;
  readonly media: (MediaLink & { readonly key: string; readonly thumbhash?: string }) | null;
  readonly frankingTag: string;
}

/** Opening: the statement's row lock decides once; the key leaves only after its grant is committed. */
@Injectable()
export class OpeningService {
  readonly #frankingKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly keys: HourKeys,
    private readonly links: SnapMediaLinks,
    private readonly events: EventLog,
    masterKeys: MasterKeys,
  ) {
    this.#frankingKey = frankingKeyOf(masterKeys);
  }

  async open({ snapId, recipientId, deviceId, macs, replay }: Opening): Promise<Opened> {
    // Before anything is consumed: a vault that is away must not cost anyone their one view.
    await this.#warm(snapId);
    const [row] = await this.database.statement(openSnap, [snapId, recipientId, deviceId, macs.keyMac, replay, macs.bodyMac]);
    if (!row) throw SnapErrors.notFound();
    this.#refuseUnlessGranted(row);
    crashPoint('after_grant_commit');
    this.events.announce(row.written ?? []);
    return this.#handOut(snapId, recipientId, row);
  }

  /** The snap's hour, and its upload's where that is a later one. */
  async #warm(snapId: string): Promise<void> {
    const [snap] = await this.database.query<{ upload_id: string | null }>('SELECT upload_id FROM mortal.snaps WHERE id = $1', [snapId]);
    if (!snap) throw SnapErrors.notFound();
    await this.keys.warm(snapId);
    if (snap.upload_id) await this.keys.warm(snap.upload_id);
  }

  async #handOut(snapId: string, recipientId: string, row: OpenRow): Promise<Opened> {
    const words = await unsealWords({ words: row.words, wordsKey: row.words_key }, snapId, this.keys);
    const media = row.upload_id === null ? null : await this.links.withKey(row);
    const handedOut = handedOutOf(media?.sha256 ?? null, words);
    const tag = frankingTag(this.#frankingKey, { id: snapId, senderId: row.sender_id, recipientId }, handedOut);
    return { row, words, media, frankingTag: tag };
  }

  #refuseUnlessGranted({ verdict }: OpenRow): void {
    switch (verdict) {
      case 'granted':
      case 'again':
      case 'resumed':
      case 'replayed':
        return;
      case 'not_found':
        throw SnapErrors.notFound();
      case 'expired':
        throw SnapErrors.expired();
      case 'erased':
        throw SnapErrors.erased();
      case 'lost':
        throw SnapErrors.lost();
      case 'already_opened':
        throw SnapErrors.alreadyOpened();
      case 'key_reused':
        throw keyReused();
    }
  }
}
