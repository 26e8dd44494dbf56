import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Clock } from '../../platform/clock/index.js';
import { Random } from '../../platform/ids/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { ObjectStore } from '../../platform/storage/index.js';
import { Reportables, type Reportable } from '../snaps/index.js';
import { ModerationKey } from './moderation-key.js';
import { MAX_COPY_BYTES, type EvidenceKind } from './moderation.settings.js';

/** The reporter's own copy, as their phone has it. */
export interface OwnCopy {
  readonly franking_tag: string;
  readonly sender_id?: string;
  /** of the ciphertext, lower hex */
  readonly media_sha256?: string;
  readonly text?: string;
  readonly caption?: string;
  readonly alt?: string;
}

export interface Evidence {
  readonly kind: EvidenceKind;
  readonly objectName?: string;
  readonly contentKey?: Buffer;
  readonly contentType?: string;
  readonly words?: Buffer;
  readonly wordsKey?: Buffer;
}

/**
 * What a report rests on. While its reporter may view the snap the server copies the ciphertext and wraps its key anew under
 * the moderation key: nothing is decrypted. Later the reporter's own words count, if the franking tag says that they are what
 * was sent, by whom, to whom.
 */
@Injectable()
export class EvidenceMaker {
  /** A copy passes through this process, up to 32 MB of it: a flood of reports must not take its memory. */
  readonly #lane = pLimit(2);

  constructor(
    private readonly store: ObjectStore,
    private readonly hourKeys: HourKeys,
    private readonly key: ModerationKey,
    private readonly snaps: Reportables,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /** @returns `undefined` where the snap's bytes or keys are gone already */
  async seal(reportId: string, snap: Reportable): Promise<Evidence | undefined> {
    const sealed: { -readonly [name in keyof Evidence]: Evidence[name] } = { kind: 'sealed' };
    if (snap.words && snap.wordsKey) {
      sealed.words = snap.words;
      sealed.wordsKey = this.key.wrap(reportId, 'words', await this.hourKeys.unwrap(snap.id, snap.wordsKey));
    }
    if (snap.uploadId) {
      if (!snap.contentKey || !snap.objectName || !snap.contentType) return undefined;
      const key = await this.hourKeys.unwrap(snap.uploadId, snap.contentKey);
      const { objectName } = snap;
      sealed.objectName = await this.#lane(() => this.#copy(objectName));
      if (!sealed.objectName) return undefined;
      sealed.contentKey = this.key.wrap(reportId, 'media', key);
      sealed.contentType = snap.contentType;
    }
    return sealed;
  }

  async #copy(objectName: string): Promise<string | undefined> {
    const bytes = await this.store.get(objectName, { maxBytes: MAX_COPY_BYTES });
    if (!bytes) return undefined;
    const copy = `reports/${this.clock.now()}-${this.random.bytes(16).toString('hex')}`;
    await this.store.put(copy, bytes, { contentType: 'application/octet-stream' });
    return copy;
  }

  /** @param senderId who sent it, as the server knows or the reporter says */
  fromCopy(reportId: string, snap: { id: string; senderId: string; recipientId: string }, own: OwnCopy): Evidence {
    const { franking_tag: tag, media_sha256: sha256, text, caption, alt } = own;
    const words = { text, caption, alt };
    const isGenuine = this.snaps.isGenuine(tag, snap, sha256 ?? null, words);
    // Without the tag a hash says nothing, of any picture.
    const copy = isGenuine ? { ...words, media_sha256: sha256 } : words;
    const isEmpty = Object.values(copy).every((value) => value === undefined);
    return { kind: isGenuine ? 'verified_copy' : 'unverified', ...(!isEmpty && this.key.sealWords(reportId, copy)) };
  }

  /** Of a report that was not written after all. */
  async discard({ objectName }: Evidence): Promise<void> {
    if (objectName) await this.store.deleteMany([objectName]);
  }
}
