import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^flits-av-(\d+)-[0-9a-f]{16}$/;
const MEMORY = '/dev/shm';
/** Linux's name for a file system that lives in memory (statfs(2)). */
const TMPFS_MAGIC = 0x01021994;

/** Whoever works on files in a workspace: nobody, where this process may become that. */
export interface WorkspaceOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Private folders for children that want a file: one a file, readable by its owner alone, in memory so that nothing readable
 * reaches a disk (R25). Folders `flits-av-<pid>-<random>` in `root`. Each dies with its work, whatever comes of that; one whose
 * process was killed is removed by the next process that starts here.
 */
export class Workspaces {
  private constructor(
    readonly root: string,
    /** False: the folder is on a disk, which only development accepts. */
    readonly isInMemory: boolean,
    private readonly owner: WorkspaceOwner | undefined,
  ) {}

  /** @param configured folder to use; default: memory where the system has a folder for it, else the temp folder */
  static async open(configured: string | undefined, owner?: WorkspaceOwner): Promise<Workspaces> {
    const root = configured ?? ((await isFolder(MEMORY)) ? MEMORY : tmpdir());
    await mkdir(root, { recursive: true });
    const { type } = await statfs(root);
    const workspaces = new Workspaces(root, type === TMPFS_MAGIC, owner);
    await workspaces.removeLeftBehind();
    return workspaces;
  }

  /** Runs `work` in a folder of its own. @param bytes that will be needed @throws Error where there is no room for them now */
  async use<T>(bytes: number, work: (folder: string) => Promise<T>): Promise<T> {
    const { bavail, bsize } = await statfs(this.root);
    if (bavail * bsize < bytes) throw new Error(`no room for ${Math.ceil(bytes / 1e6)} MB in the folder of clips`);
    const folder = join(this.root, `flits-av-${process.pid}-${randomBytes(8).toString('hex')}`);
    await mkdir(folder, { mode: 0o700 });
    try {
      if (this.owner) await chown(folder, this.owner.uid, this.owner.gid);
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** What killed processes left. */
  async removeLeftBehind(): Promise<void> {
    const left = (await readdir(this.root)).filter((name) => {
      const pid = Number(NAME.exec(name)?.[1]);
      return pid > 0 && pid !== process.pid && !isAlive(pid);
    });
    await Promise.all(left.map((name) => rm(join(this.root, name), { recursive: true, force: true }).catch(() => undefined)));
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
