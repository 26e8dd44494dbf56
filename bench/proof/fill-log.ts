import { randomBytes } from 'node:crypto';
import { acceptLeaf } from '../../src/features/ledger/index.js';
import { grow, leafHash, type TreeNode } from '../../src/features/ledger/tree/index.js';
import type { Database } from '../../src/platform/database/index.js';

const CHUNK = 20_000;

/** A log as the sequencer leaves it, its rows written in bulk: what is measured here is reading it. */
export class FilledLog {
  readonly commitments: Buffer[] = [];
  edge: readonly TreeNode[] = [];

  constructor(private readonly database: Database) {}

  get size(): number {
    return this.commitments.length;
  }

  async growTo(size: number): Promise<void> {
    while (this.size < size) await this.#append(Math.min(CHUNK, size - this.size));
  }

  async #append(count: number): Promise<void> {
    const start = this.size;
    const commitments = Array.from({ length: count }, () => randomBytes(32));
    const leaves = commitments.map((commitment) => acceptLeaf(commitment, 1_795_204_800_000));
    const hashes = leaves.map(leafHash);
    const { edge, completed } = grow(start, this.edge, hashes);
    await this.database.query(
      `WITH written AS (
         INSERT INTO ledger_outbox (subject, leaf) SELECT * FROM unnest($1::bytea[], $2::text[]) RETURNING id, subject)
       INSERT INTO log_leaves (position, outbox_id, leaf_hash, leaf)
       SELECT $3::bigint + u.n - 1, w.id, u.hash, u.leaf
       FROM unnest($1::bytea[], $4::bytea[], $2::text[]) WITH ORDINALITY AS u(subject, hash, leaf, n) JOIN written w USING (subject)`,
      [commitments, leaves, start, hashes],
    );
    await this.database.query(
      'INSERT INTO log_nodes (level, index, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])',
      [completed.map(({ level }) => level), completed.map(({ index }) => index), completed.map(({ hash }) => hash)],
    );
    this.edge = edge;
    this.commitments.push(...commitments);
  }
}
