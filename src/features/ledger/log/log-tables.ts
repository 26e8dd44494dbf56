import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/index.js';
import { subjectOf } from '../leaves.js';
import { grow, leafHash, nodesOf, type NodeId, type TreeNode } from '../tree/index.js';

/** How far the log has come: positions given out, and positions under a signed head (none yet: undefined). */
export interface Progress {
  readonly assigned: number;
  readonly published: number | undefined;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
}

type Reads = Pick<Transaction, 'query'>;

/**
 * The log's tables: `log_leaves`, `log_nodes`, `log_cuts`, `log_checkpoints`. Rows are added, never changed, and the
 * application's role could not. Whoever adds leaves holds the log's advisory lock.
 */
@Injectable()
export class LogTables {
  constructor(private readonly database: Database) {}

  async progress(reads: Reads = this.database): Promise<Progress> {
    const [row] = await reads.query<{ assigned: string; published: string | null }>(
      'SELECT (SELECT coalesce(max(position) + 1, 0) FROM log_leaves) AS assigned, (SELECT max(size) FROM log_checkpoints) AS published',
    );
    return { assigned: Number(row?.assigned), published: row?.published ? Number(row.published) : undefined };
  }

  async checkpoint(): Promise<StoredCheckpoint | undefined> {
    const [row] = await this.database.query<{ size: string; note: string }>(
      'SELECT size, note FROM log_checkpoints ORDER BY size DESC LIMIT 1',
    );
    return row && { size: Number(row.size), note: row.note };
  }

  /** The same head may be published by several workers: Ed25519 is deterministic, they say the same. */
  async publish(size: number, note: string): Promise<void> {
    await this.database.query('INSERT INTO log_checkpoints (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING', [size, note]);
  }

  /** Leaves `from` to `to - 1`, in order. */
  async leaves(from: number, to: number): Promise<string[]> {
    const rows = await this.database.query<{ leaf: string }>(
      'SELECT leaf FROM log_leaves WHERE position >= $1 AND position < $2 ORDER BY position',
      [from, to],
    );
    return rows.map(({ leaf }) => leaf);
  }

  /** The leaf of a kind about a subject. */
  async find(subject: Buffer, kind: 'ACCEPT' | 'ERASE' | 'HOUR'): Promise<{ position: number; leaf: string } | undefined> {
    const [row] = await this.database.query<{ position: string; leaf: string }>(
      `SELECT l.position, l.leaf FROM ledger_outbox o JOIN log_leaves l ON l.outbox_id = o.id
       WHERE o.subject = $1 AND split_part(o.leaf, ' ', 1) = $2`,
      [subject, kind],
    );
    return row && { position: Number(row.position), leaf: row.leaf };
  }

  /** Hashes of complete subtrees, in the order asked. @throws Error where one is missing: the tables are damaged */
  async nodes(ids: readonly NodeId[], reads: Reads = this.database): Promise<TreeNode[]> {
    const rows = await reads.query<{ level: number; index: string; hash: Buffer }>(
      `SELECT n.level, n.index, n.hash FROM unnest($1::int[], $2::bigint[]) AS u(level, index)
       JOIN log_nodes n ON n.level = u.level AND n.index = u.index
       UNION ALL SELECT 0, position, leaf_hash FROM log_leaves WHERE position = ANY ($3::bigint[])`,
      [ids.map(({ level }) => level), ids.map(({ index }) => index), ids.filter(({ level }) => level === 0).map(({ index }) => index)],
    );
    const hashes = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
    return ids.map((id) => {
      const hash = hashes.get(`${id.level}/${id.index}`);
      if (!hash) throw new Error(`the log's tables lack the hash of subtree ${id.level}/${id.index}`);
      return { ...id, hash };
    });
  }

  /** The right edge of the tree of so many leaves: `join` of it is the root. */
  edge(size: number, reads: Reads = this.database): Promise<TreeNode[]> {
    return this.nodes(nodesOf({ start: 0, end: size }), reads);
  }

  /**
   * Gives leaves their positions, from `start` on in this order. Their outbox rows must be there.
   * @returns the edge of the tree afterwards
   */
  async append(tx: Transaction, start: number, leaves: readonly string[]): Promise<TreeNode[]> {
    const hashes = leaves.map(leafHash);
    const { edge, completed } = grow(start, await this.edge(start, tx), hashes);
    const [added] = await tx.query<{ n: number }>(
      `WITH added AS (
         INSERT INTO log_leaves (position, outbox_id, leaf_hash, leaf)
         SELECT $1::bigint + u.n - 1, o.id, u.hash, u.leaf
         FROM unnest($2::bytea[], $3::bytea[], $4::text[]) WITH ORDINALITY AS u(subject, hash, leaf, n)
         JOIN ledger_outbox o ON o.subject = u.subject AND split_part(o.leaf, ' ', 1) = split_part(u.leaf, ' ', 1)
         RETURNING 1)
       SELECT count(*)::int AS n FROM added`,
      [start, leaves.map(subjectOf), hashes, leaves],
    );
    if (added?.n !== leaves.length) throw new Error('a leaf has no row in the outbox');
    await tx.query('INSERT INTO log_nodes (level, index, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])', [
      completed.map(({ level }) => level),
      completed.map(({ index }) => index),
      completed.map(({ hash }) => hash),
    ]);
    return edge;
  }
}
