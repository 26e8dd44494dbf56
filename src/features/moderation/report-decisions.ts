import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { Suspensions } from '../people/index.js';
import { Reportables } from '../snaps/index.js';
import { ReportDesk, type Decision } from './report-desk.js';
import type { ReportEntity } from './report.entity.js';

/** A decision together with what it does, in the caller's one transaction. */
@Injectable()
export class ReportDecisions {
  constructor(
    private readonly desk: ReportDesk,
    private readonly suspensions: Suspensions,
    private readonly snaps: Reportables,
  ) {}

  /**
   * In a transaction that has locked nothing yet: people come first.
   * @throws Fault `not_found`, `validation_failed` where it was decided, or where there is nothing to do it to: both sides are told
   * what was done
   */
  async decide(tx: Transaction, id: string, decision: Decision): Promise<ReportEntity> {
    const report = await this.desk.undecided(id);
    if (decision.outcome === 'suspended') await this.suspensions.suspendIn(tx, named(report.userId, 'person'), report.reason);
    if (decision.outcome === 'removed') await this.snaps.erase(tx, named(report.snapId, 'snap'));
    return this.desk.decide(tx, id, decision);
  }
}

function named(id: string | null, what: string): string {
  if (id !== null) return id;
  throw new Fault('validation_failed', `This report names no ${what}.`, {
    errors: [{ pointer: '/outcome', code: 'nothing_named', message: `needs a report about a ${what}` }],
  });
}
