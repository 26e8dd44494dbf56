import { Injectable } from '@nestjs/common';
import { Hours } from '../../platform/ids/index.js';
import { ObjectStore, ObjectStoreError } from '../../platform/storage/index.js';
import { hourPrefixes, objectShards } from './object-names.js';

const BATCH = 1000;
const PARALLEL_PREFIXES = 16;

/** Removes objects and looks afterwards whether they are gone. "Access denied" is never "gone": it throws. */
@Injectable()
export class ObjectEraser {
  constructor(
    private readonly store: ObjectStore,
    private readonly hours: Hours,
  ) {}

  /** @throws ObjectStoreError where a name could not be deleted or is still listed */
  async erase(names: readonly string[]): Promise<void> {
    for (let at = 0; at < names.length; at += BATCH) await this.#deleteBatch(names.slice(at, at + BATCH));
    for (const name of names) {
      const { names: left } = await this.store.list(name, { limit: 1 });
      if (left.includes(name)) throw new ObjectStoreError('erase', 'a deleted object is still listed');
    }
  }

  /** Everything of an hour, whatever its rows said. @returns how many prefixes were listed empty at the end */
  async eraseHour(label: number): Promise<number> {
    const prefixes = hourPrefixes(label, objectShards(this.hours));
    for (let at = 0; at < prefixes.length; at += PARALLEL_PREFIXES) {
      await Promise.all(prefixes.slice(at, at + PARALLEL_PREFIXES).map((prefix) => this.#empty(prefix)));
    }
    return prefixes.length;
  }

  async #empty(prefix: string): Promise<void> {
    for (let round = 0; ; round += 1) {
      const { names } = await this.store.list(prefix, { limit: BATCH });
      if (names.length === 0) return;
      await this.#deleteBatch(names);
      if (round > 10_000) throw new ObjectStoreError('erase', 'a prefix does not become empty');
    }
  }

  async #deleteBatch(names: readonly string[]): Promise<void> {
    const kept = (await this.store.deleteMany(names)).filter((result) => !result.deleted);
    if (kept.length > 0) throw new ObjectStoreError('erase', `${kept.length} of ${names.length}: ${kept[0]?.reason ?? 'unknown'}`);
  }
}
