import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Suspensions } from '../people/index.js';
import { Reportables } from '../snaps/index.js';
import { ReportDesk, type Decision } from './report-desk.js';
import type { ReportEntity } from './report.entity.js';

/** A decision together with what it does. */
@Injectable()
export class ReportDecisions {
  constructor(
    private readonly database: Database,
    private readonly desk: ReportDesk,
    private readonly suspensions: Suspensions,
    private readonly snaps: Reportables,
  ) {}

  /**
   * The deed comes first and may be repeated: a crash in between leaves a report to decide again, never a decision without it.
   * @throws Fault `not_found`, `validation_failed` where it was decided
   */
  async decide(id: string, decision: Decision): Promise<ReportEntity> {
    const report = await this.desk.undecided(id);
    if (decision.outcome === 'suspended' && report.userId) await this.suspensions.suspend(report.userId, report.reason);
    return this.database.transaction(async (tx) => {
      if (decision.outcome === 'removed' && report.snapId) await this.snaps.erase(tx, report.snapId);
      return this.desk.decide(tx, id, decision);
    });
  }
}
