import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Hours } from '../../platform/ids/index.js';
import { crashPoint, Log, Metrics } from '../../platform/observability/index.js';
import { ObjectStore, ObjectStoreError } from '../../platform/storage/index.js';
import { hourPrefixes, objectShards } from './object-names.js';

const BATCH = 1000;
const PARALLEL = 16;
/** What stores say to somebody who may not delete: a fault of ours or of whoever set the store up, never "gone". */
const DENIED = new Set(['AccessDenied', 'Forbidden', 'Http403', 'EACCES', 'EPERM']);
const STILL_LISTED = 'StillListed';

/** Removes objects and looks afterwards whether they are gone. "Access denied" is never "gone": it is an alarm. */
@Injectable()
export class ObjectEraser {
  constructor(
    private readonly store: ObjectStore,
    private readonly hours: Hours,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /**
   * @returns the names that are still there, and the store's reason for each
   * @throws ObjectStoreError where the store does not answer
   */
  async eraseEach(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const kept = new Map<string, string>();
    for (let at = 0; at < names.length; at += BATCH) {
      for (const { name, reason } of await this.#delete(names.slice(at, at + BATCH))) kept.set(name, reason);
    }
    crashPoint('after_objects_deleted');
    const limit = pLimit(PARALLEL);
    const looked = names.filter((name) => !kept.has(name));
    await Promise.all(looked.map((name) => limit(async () => void ((await this.#isListed(name)) && kept.set(name, STILL_LISTED)))));
    return kept;
  }

  /** Everything of an hour, whatever its rows said. @returns how many prefixes were listed empty at the end */
  async eraseHour(label: number): Promise<number> {
    const prefixes = hourPrefixes(label, objectShards(this.hours));
    const limit = pLimit(PARALLEL);
    await Promise.all(prefixes.map((prefix) => limit(() => this.#empty(prefix))));
    return prefixes.length;
  }

  async #empty(prefix: string): Promise<void> {
    for (let round = 0; ; round += 1) {
      const { names } = await this.store.list(prefix, { limit: BATCH });
      if (names.length === 0) return;
      const kept = await this.#delete(names);
      if (kept.length > 0) throw new ObjectStoreError('erase', kept[0]?.reason ?? 'Unknown');
      crashPoint('after_objects_deleted');
      if (round > 10_000) throw new ObjectStoreError('erase', 'a prefix does not become empty');
    }
  }

  async #delete(names: readonly string[]): Promise<{ name: string; reason: string }[]> {
    const results = await this.store.deleteMany(names).catch((error: unknown) => {
      if (error instanceof ObjectStoreError) this.#alarmIfDenied([error.reason]);
      throw error;
    });
    const kept = results.filter(({ deleted }) => !deleted).map(({ name, reason = 'Unknown' }) => ({ name, reason }));
    this.#alarmIfDenied(kept.map(({ reason }) => reason));
    return kept;
  }

  #alarmIfDenied(reasons: readonly string[]): void {
    const denied = reasons.filter((reason) => DENIED.has(reason));
    if (denied.length === 0) return;
    this.metrics.erasuresDenied.inc(denied.length);
    this.log.error(
      { objects: denied.length, reason: denied[0] },
      'the object store denies deletion: what should be gone is not. Give its key the right to delete',
    );
  }

  async #isListed(name: string): Promise<boolean> {
    const { names } = await this.store.list(name, { limit: 1 });
    return names.includes(name);
  }
}
