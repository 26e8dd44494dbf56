import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../../../platform/storage/index.js';

const PREFIX = 'log/keys/';
const HEADER = 'flits-log-key-v1';
const MAX_BYTES = 4096;

/** A key and when it was first used. */
export interface FirstUse {
  /** C2SP verifier key */
  readonly key: string;
  /** RFC 3339 */
  readonly from: string;
}

/**
 * Which keys have signed for the log, outside of the database: objects `log/keys/{key id in hex}`, written once. A database
 * that was restored from before a rotation learns here of the keys that came after.
 */
@Injectable()
export class LogKeyArchive {
  constructor(private readonly store: ObjectStore) {}

  async read(): Promise<FirstUse[]> {
    const uses: FirstUse[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.store.list(PREFIX, { cursor });
      for (const name of page.names) {
        const [header, key, from] = (await this.store.get(name, { maxBytes: MAX_BYTES }))?.toString().split('\n') ?? [];
        if (header !== HEADER || !key || !from) throw new Error(`the object store's ${name} cannot be read`);
        uses.push({ key, from });
      }
      cursor = page.next;
    } while (cursor !== undefined);
    return uses;
  }

  /** @param keyId 4 bytes */
  async write(keyId: Buffer, { key, from }: FirstUse): Promise<void> {
    await this.store.put(PREFIX + keyId.toString('hex'), Buffer.from(`${HEADER}\n${key}\n${from}\n`), { contentType: 'text/plain' });
  }
}
