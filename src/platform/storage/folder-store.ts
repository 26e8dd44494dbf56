import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { FolderUrls } from './folder-urls.js';
import { checkedBatch, checkedLimit, checkedName, isObjectName } from './object-name.js';
import {
  ObjectStore,
  ObjectStoreError,
  type DeleteResult,
  type GetGrant,
  type ObjectHead,
  type PutGrant,
  type SignedPut,
} from './object-store.js';
import { PendingFile, syncFolder } from './pending-file.js';

/**
 * Objects as files: `objects/{name}`, with files still being written in `temp/`.
 *
 * Invariants: an object appears whole or not at all (written aside, synced, renamed); a folder that lost its last object is
 * removed; a store whose folder is away (not mounted) rejects, it never says "gone". One process owns a folder: `init` wipes
 * `temp/`. Within it everything may run at the same time. A crash leaves whole objects and strays in `temp/`.
 */
export class FolderStore extends ObjectStore {
  readonly #objects: string;
  readonly #temp: string;

  /** @param urls hands out links; a store without it (the key vault's) has none */
  constructor(private readonly options: { readonly folder: string; readonly urls?: FolderUrls }) {
    super();
    this.#objects = resolve(options.folder, 'objects');
    this.#temp = resolve(options.folder, 'temp');
  }

  /** Makes the folders and wipes what a crash left half-written. Before anything else, once. */
  async init(): Promise<void> {
    await attempt('init', async () => {
      await rm(this.#temp, { recursive: true, force: true });
      for (const folder of [this.#objects, this.#temp]) await mkdir(folder, { recursive: true, mode: 0o700 });
    });
  }

  override async put(name: string, bytes: Buffer, _options: { contentType: string }): Promise<void> {
    checkedName(name);
    await attempt('put', () =>
      this.#write(async (file) => {
        await file.append(bytes);
        await file.commit(this.#objects, name);
      }),
    );
  }

  /**
   * Stores what arrives if it is exactly what was announced, and keeps nothing otherwise.
   *
   * @returns whether it was
   * @throws what `source` throws, such as a connection that breaks off
   */
  async receive({ name, bytes, sha256 }: Pick<PutGrant, 'name' | 'bytes' | 'sha256'>, source: Readable): Promise<boolean> {
    checkedName(name);
    return this.#write(async (file) => {
      const hash = createHash('sha256');
      let received = 0;
      for await (const chunk of source as AsyncIterable<Buffer>) {
        received += chunk.length;
        if (received > bytes) return false;
        hash.update(chunk);
        await file.append(chunk);
      }
      if (received !== bytes || hash.digest('hex') !== sha256) return false;
      await file.commit(this.#objects, name);
      return true;
    });
  }

  override async get(name: string, { maxBytes }: { maxBytes: number }): Promise<Buffer | undefined> {
    return this.#read('get', name, async (handle, { bytes }) => {
      if (bytes > maxBytes) throw new ObjectStoreError('get', 'TooLarge');
      return handle.readFile();
    });
  }

  override async head(name: string): Promise<ObjectHead | undefined> {
    return this.#read('head', name, (_handle, head) => Promise.resolve(head));
  }

  /** An open object, for streaming; whoever asks closes it. */
  async open(name: string, operation = 'get'): Promise<{ handle: FileHandle; bytes: number } | undefined> {
    checkedName(name);
    return attempt(operation, async () => {
      const handle = await open(join(this.#objects, name), 'r').catch((error: unknown) => this.#ifMissing(error));
      if (!handle) return undefined;
      const stat = await handle.stat();
      if (stat.isFile()) return { handle, bytes: stat.size };
      await handle.close();
      return undefined;
    });
  }

  override async list(
    prefix: string,
    { cursor = '', limit }: { cursor?: string; limit?: number } = {},
  ): Promise<{ names: string[]; next?: string }> {
    const most = checkedLimit(limit);
    return attempt('list', async () => {
      const names: string[] = [];
      for await (const name of this.#walk('', prefix, cursor)) {
        if (names.length === most) return { names, next: names.at(-1) };
        names.push(name);
      }
      return { names };
    });
  }

  override async deleteMany(names: readonly string[]): Promise<DeleteResult[]> {
    checkedBatch(names);
    return attempt('deleteMany', async () => {
      const results = await Promise.all(names.map((name) => this.#delete(name)));
      const folders = new Set(names.map((name) => dirname(join(this.#objects, name))));
      await Promise.all([...folders].map((folder) => this.#settle(folder)));
      return results;
    });
  }

  /** Nothing here is written in parts; what a crash left half-written is wiped by `init`. */
  override async abortUnfinished(): Promise<number> {
    return Promise.resolve(0);
  }

  override async signPut(put: PutGrant): Promise<SignedPut> {
    return Promise.resolve(this.#urls.signPut(put));
  }

  override async signGet(get: GetGrant): Promise<string> {
    return Promise.resolve(this.#urls.signGet(get));
  }

  override async check(): Promise<void> {
    await attempt('check', async () => {
      for (const folder of [this.#objects, this.#temp]) await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    });
  }

  get #urls(): FolderUrls {
    if (!this.options.urls) throw new Error('this store hands out no links');
    return this.options.urls;
  }

  async #write<T>(work: (file: PendingFile) => Promise<T>): Promise<T> {
    const file = await PendingFile.create(this.#temp);
    try {
      return await work(file);
    } finally {
      await file.discard();
    }
  }

  async #read<T>(operation: string, name: string, work: (handle: FileHandle, head: ObjectHead) => Promise<T>): Promise<T | undefined> {
    const found = await this.open(name, operation);
    if (!found) return undefined;
    try {
      return await attempt(operation, () => work(found.handle, { bytes: found.bytes }));
    } finally {
      await found.handle.close();
    }
  }

  async #delete(name: string): Promise<DeleteResult> {
    try {
      await unlink(join(this.#objects, name)).catch((error: unknown) => this.#ifMissing(error));
      return { name, deleted: true };
    } catch (error) {
      return { name, deleted: false, reason: reasonOf(error) };
    }
  }

  /** After a deletion: folders that became empty go, the first that did not makes it durable. */
  async #settle(folder: string): Promise<void> {
    if (folder === this.#objects) return syncFolder(folder);
    try {
      await rmdir(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return syncFolder(folder);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
    return this.#settle(dirname(folder));
  }

  /** Names below a folder (`''` or ending in `/`) in byte order. A folder sorts as its name with `/`: `a-b`, `a.b`, `a/b`. */
  async *#walk(folder: string, prefix: string, after: string): AsyncGenerator<string> {
    const entries = await readdir(join(this.#objects, folder), { withFileTypes: true }).catch((error: unknown) => this.#ifMissing(error));
    const children = (entries ?? []).map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`).sort(byBytes);
    for (const child of children) {
      if (!child.endsWith('/')) {
        if (child.startsWith(prefix) && child > after && isObjectName(child)) yield child;
      } else if ((child.startsWith(prefix) || prefix.startsWith(child)) && (child > after || after.startsWith(child))) {
        yield* this.#walk(child, prefix, after);
      }
    }
  }

  /** "Not there" is an answer only while the store itself is there. */
  async #ifMissing(error: unknown): Promise<undefined> {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(reasonOf(error))) throw error;
    await access(this.#objects);
  }
}

/** Names are ASCII, so that comparing code units compares bytes. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'Unknown';
}

async function attempt<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ObjectStoreError) throw error;
    throw new ObjectStoreError(operation, reasonOf(error), { cause: error });
  }
}
