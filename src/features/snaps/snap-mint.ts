import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Hours, Ids, Random } from '../../platform/ids/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { acceptLeaf, commit, SALT_BYTES } from '../ledger/index.js';
import { sealWords, type SealedWords, type Words } from './words.js';

/** Everything of a snap that is made before the database is asked. */
export interface MintedSnap extends SealedWords {
  readonly id: string;
  readonly salt: Buffer;
  readonly commitment: Buffer;
  readonly leaf: string;
}

/** Makes a snap's id, salt, commitment and sealed words, for the hour in which it will die if it is accepted now. */
@Injectable()
export class SnapMint {
  constructor(
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly ids: Ids,
    private readonly random: Random,
    private readonly keys: HourKeys,
  ) {}

  /** @param now ms since the epoch, where the database has told it; else this process's clock */
  async mint(snap: { words: Words; ttlSeconds?: number; uploadId?: string }, now = this.clock.now()): Promise<MintedSnap> {
    const ttlMs = snap.ttlSeconds === undefined ? undefined : snap.ttlSeconds * 1000;
    const uploadLabel = snap.uploadId === undefined ? undefined : this.hours.labelOf(snap.uploadId);
    const label = this.hours.label(this.hours.deadline(now, ttlMs, uploadLabel));
    const id = this.ids.mortal(label);
    const salt = this.random.bytes(SALT_BYTES);
    const commitment = commit(salt, id);
    return { id, salt, commitment, leaf: acceptLeaf(commitment, label), ...(await sealWords(snap.words, id, this.keys, this.random)) };
  }
}
