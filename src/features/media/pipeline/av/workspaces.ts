import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^flits-av-(\d+)-(\d+)-[0-9a-f]{16}$/;
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
 * reaches a disk (R25). Folders `flits-av-<pid>-<when it began>-<random>` in `root`. Each dies with its work, whatever comes of that; one whose
 * process was killed is removed by the next process that starts here.
 */
export class Workspaces {
  /** Bytes that work under way may still write: two that start together must not both count on the same room. */
  #promised = 0;

  private constructor(
    readonly root: string,
    /** False: the folder is on a disk, which only development accepts. */
    readonly isInMemory: boolean,
    private readonly owner: WorkspaceOwner | undefined,
  ) {}

  /** @param configured folder to use; default: memory where the system has a folder for it, else the temp folder */
  static async open(configured: string | undefined, owner?: WorkspaceOwner): Promise<Workspaces> {
    const { root, isInMemory } = await Workspaces.find(configured);
    const workspaces = new Workspaces(root, isInMemory, owner);
    await workspaces.removeLeftBehind();
    return workspaces;
  }

  /** Which folder that is, and of what kind; made where it is missing. */
  static async find(configured: string | undefined): Promise<{ root: string; isInMemory: boolean }> {
    const root = configured ?? ((await isFolder(MEMORY)) ? MEMORY : tmpdir());
    await mkdir(root, { recursive: true });
    return { root, isInMemory: (await statfs(root)).type === TMPFS_MAGIC };
  }

  /** Runs `work` in a folder of its own. @param bytes that will be needed @throws Error where there is no room for them now */
  async use<T>(bytes: number, work: (folder: string) => Promise<T>): Promise<T> {
    const { bavail, bsize } = await statfs(this.root);
    if (bavail * bsize - this.#promised < bytes) throw new Error(`no room for ${Math.ceil(bytes / 1e6)} MB in the folder of clips`);
    this.#promised += bytes;
    const folder = join(this.root, `flits-av-${process.pid}-${await beginOf(process.pid)}-${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(folder, { mode: 0o700 });
      if (this.owner) await chown(folder, this.owner.uid, this.owner.gid);
      return await work(folder);
    } finally {
      this.#promised -= bytes;
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** What killed processes left. */
  async removeLeftBehind(): Promise<void> {
    for (const name of await readdir(this.root)) {
      const [, pid, begin] = NAME.exec(name) ?? [];
      if (pid === undefined || begin === undefined || (await isAlive(Number(pid), begin))) continue;
      await rm(join(this.root, name), { recursive: true, force: true }).catch(() => undefined); // another process does it, or somebody else's
    }
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** When a process began, in ticks since boot (proc(5), field 22): ids come again, in a container that restarts at once. 0: not told. */
async function beginOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // Behind the name, which may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

async function isAlive(pid: number, begin: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return (await beginOf(pid)) === begin;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && (await beginOf(pid)) === begin;
  }
}
