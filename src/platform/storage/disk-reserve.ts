import { statfs } from 'node:fs/promises';
import type { Clock } from '../clock/index.js';

/** Nearly full: under a tenth, or under 2 GiB. What is left then belongs to purging, which needs room to make room. */
const LEAST_SHARE = 0.1;
const LEAST_BYTES = 2 * 1024 ** 3;
const FRESH_MS = 2000;

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskReserveOptions {
  /** Kept free in place of that rule; 0 never refuses. */
  readonly reserveBytes?: number;
  /** How the space of a folder's file system is found out. */
  readonly measure?: (folder: string) => Promise<DiskSpace>;
}

/**
 * The part of this machine's disk that new snaps may not use. Watches the folder in which embedded services keep their data;
 * where everything lies with other servers there is nothing here to watch (PostgreSQL's own "disk full" is `storage_low` too).
 */
export class DiskReserve {
  readonly #measure: (folder: string) => Promise<DiskSpace>;
  #latest?: { readonly at: number; readonly isLow: Promise<boolean> };

  /** @param folder where embedded data grows; `undefined` where none does */
  constructor(
    private readonly folder: string | undefined,
    private readonly clock: Clock,
    private readonly options: DiskReserveOptions = {},
  ) {
    this.#measure = options.measure ?? spaceOf;
  }

  /** Whether new bytes have to be refused. Asks the file system at most every 2 s, however often it is asked. */
  isLow(): Promise<boolean> {
    const now = this.clock.now();
    if (!this.#latest || now - this.#latest.at >= FRESH_MS) this.#latest = { at: now, isLow: this.#look() };
    return this.#latest.isLow;
  }

  /** For watching; `undefined` where there is no folder, or it cannot be looked at. */
  async space(): Promise<DiskSpace | undefined> {
    return this.folder === undefined ? undefined : this.#measure(this.folder).catch(() => undefined);
  }

  /** Free bytes below which new ones are refused. */
  bytesOf({ totalBytes }: DiskSpace): number {
    return this.options.reserveBytes ?? Math.max(LEAST_BYTES, totalBytes * LEAST_SHARE);
  }

  async #look(): Promise<boolean> {
    const space = await this.space();
    if (!space) return false;
    return space.freeBytes < this.bytesOf(space);
  }
}

/** `bavail`, not `bfree`: what root keeps to itself is not ours to use. */
async function spaceOf(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
