import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const COMMIT_ATTEMPTS = 100;

/** A file being written beside the objects: nobody sees it before `commit`, and a crash leaves at most a stray to wipe. */
export class PendingFile {
  #settled = false;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(folder: string): Promise<PendingFile> {
    const path = join(folder, randomUUID());
    return new PendingFile(path, await open(path, 'wx', 0o600));
  }

  async append(bytes: Buffer): Promise<void> {
    await this.handle.appendFile(bytes);
  }

  /** Moves the file to `root/name`, in the place of what was there; resolved means: it survives a power cut. */
  async commit(root: string, name: string): Promise<void> {
    const target = join(root, name);
    await this.handle.sync();
    await this.handle.close();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(this.path, target);
        break;
      } catch (error) {
        // A deletion may remove the folder, empty until now, between any two of these steps.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === COMMIT_ATTEMPTS) throw error;
      }
    }
    this.#settled = true;
    for (let folder = dirname(target); folder.length >= root.length; folder = dirname(folder)) await syncFolder(folder);
  }

  /** Removes the file unless it was committed. */
  async discard(): Promise<void> {
    if (this.#settled) return;
    this.#settled = true;
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** Makes renames and deletions in a folder durable. Windows cannot open folders and orders these by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
