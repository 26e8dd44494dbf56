import { readLabel } from './mortal-id.js';

/**
 * The arithmetic of hours (design decision 2). B is the width of an hour and T the ceiling of every life, both in ms;
 * hours are aligned to the epoch and named by their end, the label.
 */
export class Hours {
  readonly bucketMs: number;
  readonly ttlMs: number;

  constructor(options: { bucketSeconds: number; ttlSeconds: number }) {
    this.bucketMs = options.bucketSeconds * 1000;
    this.ttlMs = options.ttlSeconds * 1000;
  }

  floor(time: number): number {
    return Math.floor(time / this.bucketMs) * this.bucketMs;
  }

  ceil(time: number): number {
    return Math.ceil(time / this.bucketMs) * this.bucketMs;
  }

  /** `min(accepted + ttl, floor_B(accepted + T), uploadLabel)`: times in ms, `ttlMs` and `uploadLabel` where there are any. */
  deadline(accepted: number, ttlMs?: number, uploadLabel?: number): number {
    return Math.min(accepted + (ttlMs ?? Infinity), this.floor(accepted + this.ttlMs), uploadLabel ?? Infinity);
  }

  /** The hour in which a thing with that deadline dies: `ceil_B(deadline)`. */
  label(deadline: number): number {
    return this.ceil(deadline);
  }

  /** The label of a mortal id that this server made itself. @throws Error for anything else */
  ownLabelOf(id: string): number {
    const label = this.labelOf(id);
    if (label === undefined) throw new Error('not a mortal id of this server');
    return label;
  }

  /** The label an id carries, if it is one of ours: a version-8 UUID, aligned to this server's hours. Else `undefined`, to be answered as not found. */
  labelOf(id: string): number | undefined {
    const label = readLabel(id);
    return label !== undefined && label > 0 && label % this.bucketMs === 0 ? label : undefined;
  }
}
