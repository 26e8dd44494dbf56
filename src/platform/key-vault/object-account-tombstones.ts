import type { ObjectStore } from '../storage/index.js';
import { AccountTombstones } from './account-tombstones.js';

const PREFIX = 'tombstones/';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Tombstones as objects `tombstones/{uuid}` beside the hour keys, in the store that no backup includes. They are kept for
 * good (a few bytes each); those older than the oldest backup may be removed by hand. A lifecycle rule for hour keys must
 * name `hours/` alone.
 */
export class ObjectAccountTombstones extends AccountTombstones {
  constructor(private readonly store: ObjectStore) {
    super();
  }

  override async add(tombstone: string): Promise<void> {
    if (!UUID.test(tombstone)) throw new RangeError('a tombstone is a UUID');
    await this.store.put(PREFIX + tombstone, Buffer.from('1'), { contentType: 'text/plain' });
  }

  override async *pages(): AsyncIterable<readonly string[]> {
    let cursor: string | undefined;
    do {
      const { names, next } = await this.store.list(PREFIX, { cursor });
      yield names.map((name) => name.slice(PREFIX.length)).filter((text) => UUID.test(text));
      cursor = next;
    } while (cursor !== undefined);
  }
}
