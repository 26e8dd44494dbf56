import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Hours, Random } from '../../platform/ids/index.js';
import { commit, Ledger, SALT_BYTES } from '../ledger/index.js';

/** Copies that outlive their snap, in the public log (R59): a KEEP leaf when one is made, an ERASE leaf when it is gone. */
@Injectable()
export class CopiesLedger {
  constructor(
    private readonly ledger: Ledger,
    private readonly hours: Hours,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /** @param until ms since the epoch @returns a commitment that nothing connects to the snap's */
  async kept(tx: Transaction, reportId: string, until: number): Promise<Buffer> {
    const commitment = commit(this.random.bytes(SALT_BYTES), reportId);
    await this.ledger.kept(tx, commitment, this.hours.ceil(until));
    return commitment;
  }

  async gone(tx: Transaction, commitments: readonly Buffer[]): Promise<void> {
    const erasures = commitments.map((commitment) => ({ commitment, reason: 'moderated' as const }));
    await this.ledger.erased(tx, erasures, this.hours.ceil(this.clock.now()));
  }
}
