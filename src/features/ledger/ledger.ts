import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { eraseLeaf, hourLeaf, type ReasonClass } from './leaves.js';

/**
 * The way into the public log: table `ledger_outbox`, append-only for the application's role. A leaf is written in the
 * transaction of what it speaks of; the second leaf of a kind about the same thing writes nothing, so any number of workers
 * may repeat themselves. ACCEPT leaves are written by the send statement itself (features/snaps/send.statement.ts).
 */
@Injectable()
export class Ledger {
  /** @param hour end of the hour in which it was erased, ms since the epoch */
  async erased(tx: Transaction, commitment: Buffer, reason: ReasonClass, hour: number): Promise<void> {
    await this.#add(tx, commitment, eraseLeaf(commitment, reason, hour));
  }

  async hourClosed(tx: Transaction, label: number, prefixes: number): Promise<void> {
    await this.#add(tx, Buffer.from(String(label)), hourLeaf(label, prefixes));
  }

  async #add(tx: Transaction, subject: Buffer, leaf: string): Promise<void> {
    await tx.query('INSERT INTO ledger_outbox (subject, leaf) VALUES ($1, $2) ON CONFLICT DO NOTHING', [subject, leaf]);
  }
}
