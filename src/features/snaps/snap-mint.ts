import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Hours, Ids, makeMortalId, MORTAL_ID_RANDOM_BYTES, Random } from '../../platform/ids/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { acceptLeaf, commit, SALT_BYTES } from '../ledger/index.js';
import { sealWords, type SealedWords, type Words } from './words.js';

/** Everything of a snap that is made before the database is asked. */
export interface MintedSnap extends SealedWords {
  readonly id: string;
  readonly uploadId: string | null;
  readonly salt: Buffer;
  readonly commitment: Buffer;
  readonly leaf: string;
}

export interface MintedSend {
  /** Stands for all of it: the one snap's id, or the album's. */
  readonly id: string;
  readonly albumId: string | null;
  readonly snaps: readonly MintedSnap[];
}

interface Send {
  readonly words: Words;
  readonly ttlSeconds?: number;
  /** None for a text. */
  readonly uploadIds: readonly string[];
  readonly isAlbum: boolean;
}

/** Makes ids, salts, commitments and sealed words, for the hour in which a send will die if it is accepted now. */
@Injectable()
export class SnapMint {
  constructor(
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly ids: Ids,
    private readonly random: Random,
    private readonly keys: HourKeys,
  ) {}

  get bucketMs(): number {
    return this.hours.bucketMs;
  }

  get ttlMs(): number {
    return this.hours.ttlMs;
  }

  /** Whether the hour of an upload or a snap is over: known from its id, which may name nothing any more. */
  isPast(id: string): boolean {
    const label = this.hours.labelOf(id);
    return label !== undefined && label <= this.clock.now();
  }

  /**
   * The parts of an album die together, in the hour of the first of their uploads.
   * @param now ms since the epoch, where the database has told it; else this process's clock
   */
  async mint({ words, ttlSeconds, uploadIds, isAlbum }: Send, now = this.clock.now()): Promise<MintedSend> {
    const ttlMs = ttlSeconds === undefined ? undefined : ttlSeconds * 1000;
    const uploadLabels = uploadIds.flatMap((uploadId) => this.hours.labelOf(uploadId) ?? []);
    const label = this.hours.label(this.hours.deadline(now, ttlMs, uploadLabels.length === 0 ? undefined : Math.min(...uploadLabels)));
    const id = this.ids.mortal(label);
    const parts = isAlbum ? uploadIds.map((uploadId, index) => [this.partId(id, index), uploadId] as const) : [[id, uploadIds[0]] as const];
    const snaps = await Promise.all(parts.map(([snapId, uploadId]) => this.#snap(snapId, uploadId, words, label)));
    return { id, albumId: isAlbum ? id : null, snaps };
  }

  /** End of the hour of a snap of this server, ms since the epoch. */
  labelOf(snapId: string): number {
    return this.hours.ownLabelOf(snapId);
  }

  /** A part's id follows from its album's, so that one idempotency record brings all of them back, also when they are gone. */
  partId(albumId: string, index: number): string {
    const digest = createHash('sha256').update(`album part ${albumId} ${index}`).digest();
    return makeMortalId(this.hours.ownLabelOf(albumId), digest.subarray(0, MORTAL_ID_RANDOM_BYTES));
  }

  async #snap(id: string, uploadId: string | undefined, words: Words, label: number): Promise<MintedSnap> {
    const salt = this.random.bytes(SALT_BYTES);
    const commitment = commit(salt, id);
    const sealed = await sealWords(words, id, this.keys, this.random);
    return { id, uploadId: uploadId ?? null, salt, commitment, leaf: acceptLeaf(commitment, label), ...sealed };
  }
}
