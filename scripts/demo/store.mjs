import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { root } from '../lib/root.mjs';

/**
 * The embedded object store seen from outside: the folder itself. Where the server keeps its objects elsewhere (S3, another
 * machine, another FLITS_DATA), nothing is found, and the demo says that it can only see what a client sees.
 */
export class StoreFolder {
  #objects = resolve(root, process.env.FLITS_DATA || './.flits', 'store/objects');

  /** The object a link leads to, if it is a file here. @returns its name in the store and its length */
  async find(link) {
    const [, name] = /\/objects\/(.+)$/.exec(new URL(link).pathname) ?? [];
    if (!name) return undefined;
    const file = await stat(join(this.#objects, name)).catch(() => undefined);
    return file?.isFile() ? { name, bytes: file.size } : undefined;
  }

  /** Whether a file is gone. Only "there is no such file" counts: a folder that cannot be read says nothing. */
  async isGone(name) {
    try {
      await stat(join(this.#objects, name));
      return false;
    } catch (error) {
      if (error.code === 'ENOENT') return true;
      throw error;
    }
  }
}
