import { ObjectStore, type DeleteResult, type GetGrant, type ObjectHead, type PutGrant, type SignedPut } from '../storage/index.js';
import type { Erasables } from './erasables.js';

/** A store that takes no object that nobody says how to erase (R27). Everything else is handed on. */
export class OwnedStore extends ObjectStore {
  constructor(
    private readonly store: ObjectStore,
    private readonly which: 'media' | 'vault',
    private readonly erasables: Erasables,
  ) {
    super();
  }

  override put(name: string, bytes: Buffer, options: { contentType: string }): Promise<void> {
    this.#check(name);
    return this.store.put(name, bytes, options);
  }

  override signPut(put: PutGrant): Promise<SignedPut> {
    this.#check(put.name);
    return this.store.signPut(put);
  }

  override get(name: string, options: { maxBytes: number }): Promise<Buffer | undefined> {
    return this.store.get(name, options);
  }

  override head(name: string): Promise<ObjectHead | undefined> {
    return this.store.head(name);
  }

  override list(prefix: string, options?: { cursor?: string; limit?: number }): Promise<{ names: string[]; next?: string }> {
    return this.store.list(prefix, options);
  }

  override deleteMany(names: readonly string[]): Promise<DeleteResult[]> {
    return this.store.deleteMany(names);
  }

  override abortUnfinished(prefix: string): Promise<number> {
    return this.store.abortUnfinished(prefix);
  }

  override signGet(get: GetGrant): Promise<string> {
    return this.store.signGet(get);
  }

  override check(): Promise<void> {
    return this.store.check();
  }

  #check(name: string): void {
    if (!this.erasables.ruleOfObject(this.which, name))
      throw new RangeError(`nobody says how an object named like this goes: ${name.replaceAll(/[0-9a-f]{8,}/g, '…')}`);
  }
}
