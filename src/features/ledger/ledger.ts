import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { eraseLeaf, hourLeaf, keepLeaf, type ReasonClass } from './leaves.js';

/** What one ERASE leaf says. */
export interface Erasure {
  readonly commitment: Buffer;
  readonly reason: ReasonClass;
}

/**
 * The way into the public log: table `ledger_outbox`, append-only for the application's role. A leaf is written in the
 * transaction of what it speaks of; the second leaf of a kind about the same thing writes nothing, so any number of workers
 * may repeat themselves. ACCEPT leaves are written by the send statement itself (features/snaps/send.statement.ts).
 */
@Injectable()
export class Ledger {
  /** One statement for any number. @param hour end of the hour in which they were erased, ms since the epoch */
  async erased(tx: Transaction, erasures: readonly Erasure[], hour: number): Promise<void> {
    await this.#add(
      tx,
      erasures.map(({ commitment }) => commitment),
      erasures.map(({ commitment, reason }) => eraseLeaf(commitment, reason, hour)),
    );
  }

  /** @param label end of the hour until which a reported copy is kept at most, ms since the epoch */
  async kept(tx: Transaction, commitment: Buffer, label: number): Promise<void> {
    await this.#add(tx, [commitment], [keepLeaf(commitment, label)]);
  }

  async hourClosed(tx: Transaction, label: number, prefixes: number): Promise<void> {
    await this.#add(tx, [Buffer.from(String(label))], [hourLeaf(label, prefixes)]);
  }

  async #add(tx: Transaction, subjects: readonly Buffer[], leaves: readonly string[]): Promise<void> {
    if (leaves.length === 0) return;
    await tx.query('INSERT INTO ledger_outbox (subject, leaf) SELECT * FROM unnest($1::bytea[], $2::text[]) ON CONFLICT DO NOTHING', [
      subjects,
      leaves,
    ]);
  }
}
