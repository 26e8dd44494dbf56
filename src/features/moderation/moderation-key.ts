import { Injectable } from '@nestjs/common';
import { decryptBlob, encryptBlob, MasterKeys, sealKey, unsealKey } from '../../platform/crypto/index.js';
import { Random } from '../../platform/ids/index.js';

const CONTENT_KEY_BYTES = 16;

/** A key of its own for everything of reports (R59): it opens nothing else, and no hour's key opens a report. */
@Injectable()
export class ModerationKey {
  readonly #key: Buffer;

  constructor(
    private readonly random: Random,
    masterKeys: MasterKeys,
  ) {
    this.#key = masterKeys.derive('moderation v1');
  }

  /** @param part what it is of the report: a wrapped key copied to another place does not open there */
  wrap(reportId: string, part: string, key: Buffer): Buffer {
    return sealKey(this.#key, key, `${part} of report ${reportId}`);
  }

  unwrap(reportId: string, part: string, wrapped: Buffer): Buffer {
    return unsealKey(this.#key, wrapped, `${part} of report ${reportId}`);
  }

  /** What `previous` wrapped, under this key; `null` where there is nothing to do: it is this key's already, or nobody's. */
  adopt(previous: ModerationKey, reportId: string, part: string, wrapped: Buffer | null): Buffer | null {
    if (!wrapped || this.#opens(reportId, part, wrapped) || !previous.#opens(reportId, part, wrapped)) return null;
    return this.wrap(reportId, part, previous.unwrap(reportId, part, wrapped));
  }

  #opens(reportId: string, part: string, wrapped: Buffer): boolean {
    try {
      this.unwrap(reportId, part, wrapped);
      return true;
    } catch {
      return false;
    }
  }

  /** Words under a fresh key, as a snap's are; with them, of a photo that is gone, the hash that its tag vouches for. */
  sealWords(reportId: string, words: object): { words: Buffer; wordsKey: Buffer } {
    const key = this.random.bytes(CONTENT_KEY_BYTES);
    return { words: encryptBlob(key, Buffer.from(JSON.stringify(words))), wordsKey: this.wrap(reportId, 'words', key) };
  }

  openWords(reportId: string, words: Buffer, wordsKey: Buffer): { text?: string; caption?: string; alt?: string; media_sha256?: string } {
    return JSON.parse(decryptBlob(this.unwrap(reportId, 'words', wordsKey), words).toString()) as object;
  }

  sealNote(reportId: string, note: string | undefined): Buffer | null {
    return note === undefined ? null : this.wrap(reportId, 'note', Buffer.from(note));
  }

  openNote(reportId: string, note: Buffer | null): string | null {
    return note && this.unwrap(reportId, 'note', note).toString();
  }
}
