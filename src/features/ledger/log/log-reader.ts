import { Injectable } from '@nestjs/common';
import { consistencyRanges, inclusionRanges, join, nodesOf, tlogProof, type Range } from '../tree/index.js';
import { LogTables, type StoredCheckpoint } from './log-tables.js';

export const MAX_LEAVES = 1000;

/** `accept`: the snap's ACCEPT. `end`: its ERASE, or where there is none the HOUR of its label. */
export type WhichLeaf = 'accept' | 'end';

/** What anyone may ask of the log. Speaks only of positions under the last signed head; every proof costs O(log n) reads. */
@Injectable()
export class LogReader {
  constructor(private readonly tables: LogTables) {}

  /** `undefined` until the first head was signed. */
  checkpoint(): Promise<StoredCheckpoint | undefined> {
    return this.tables.checkpoint();
  }

  /** Leaves from position `from` on, below `to`: as many as are published, at most `MAX_LEAVES`. */
  async leaves(from: number, to: number): Promise<string[]> {
    const head = await this.tables.checkpoint();
    return this.tables.leaves(from, Math.min(to, from + MAX_LEAVES, head?.size ?? 0));
  }

  /** The proof as C2SP tlog-proof text, against the last signed head. @param commitment 32 bytes */
  async proof(commitment: Buffer, which: WhichLeaf): Promise<string | undefined> {
    const head = await this.tables.checkpoint();
    const found = which === 'accept' ? await this.tables.find(commitment, 'ACCEPT') : await this.#end(commitment, head?.size ?? 0);
    if (!head || !found || found.position >= head.size) return undefined;
    const hashes = await this.#hashes(inclusionRanges(found.position, head.size));
    return tlogProof({ leaf: found.leaf, index: found.position, hashes, checkpoint: head.note });
  }

  /** Proof that the tree of `from` leaves is the beginning of that of `to`; `undefined` where no head of that size can be. */
  async consistency(from: number, to: number): Promise<Buffer[] | undefined> {
    const head = await this.tables.checkpoint();
    return head && from <= to && to <= head.size ? this.#hashes(consistencyRanges(from, to)) : undefined;
  }

  async #end(commitment: Buffer, size: number): Promise<{ position: number; leaf: string } | undefined> {
    const erased = await this.tables.find(commitment, 'ERASE');
    if (erased && erased.position < size) return erased;
    const accepted = await this.tables.find(commitment, 'ACCEPT');
    const label = accepted?.leaf.split(' | ')[2];
    return label === undefined ? undefined : this.tables.find(Buffer.from(label), 'HOUR');
  }

  /** One look-up for all subtrees of all ranges. */
  async #hashes(ranges: readonly Range[]): Promise<Buffer[]> {
    const parts = ranges.map(nodesOf);
    const nodes = await this.tables.nodes(parts.flat());
    let at = 0;
    return parts.map(({ length }) => join(nodes.slice(at, (at += length))));
  }
}
