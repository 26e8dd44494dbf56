import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface StoredObject {
  readonly name: string;
  readonly bytes: number;
}

/**
 * The embedded object store seen from outside: the folder itself. Where the server keeps its objects elsewhere (S3, another
 * machine, another FLITS_DATA), nothing is found, and the demo says that it can only see what a client sees.
 */
export class StoreFolder {
  readonly #objects: string;

  constructor(dataFolder: string) {
    this.#objects = resolve(dataFolder, 'store/objects');
  }

  /** The object a link leads to, if it is a file here. @returns its name in the store and its length */
  async find(link: string): Promise<StoredObject | undefined> {
    const [, name] = /\/objects\/(.+)$/.exec(new URL(link).pathname) ?? [];
    if (!name) return undefined;
    const file = await stat(join(this.#objects, name)).catch(() => undefined);
    return file?.isFile() ? { name, bytes: file.size } : undefined;
  }

  /** Whether a file is gone. Only "there is no such file" counts: a folder that cannot be read says nothing. */
  async isGone({ name }: StoredObject): Promise<boolean> {
    try {
      await stat(join(this.#objects, name));
      return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw error;
    }
  }
}
