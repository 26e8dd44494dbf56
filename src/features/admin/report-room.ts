import { Injectable } from '@nestjs/common';
import { Fault } from '../../platform/faults/index.js';
import { Ids } from '../../platform/ids/index.js';
import {
  ReportDecisions,
  ReportDesk,
  ReportsService,
  type Decision,
  type OpenedCopy,
  type ReportEntity,
  type ReportReason,
} from '../moderation/index.js';
import { PeopleRepository } from '../people/index.js';
import { AdminAudit } from './admin-audit.js';
import type { Admin } from './admin-sessions.js';

export interface ReportByHand {
  readonly handle: string;
  readonly about: ReportReason;
  readonly note?: string;
  readonly reason: string;
}

export interface ReportFilter {
  readonly isOpen?: boolean;
  readonly limit: number;
  readonly after?: readonly [number, string];
}

/** A report from its arrival to its decision, with its lines of the audit. The one place where somebody's words and pictures are seen. */
@Injectable()
export class ReportRoom {
  constructor(
    private readonly audit: AdminAudit,
    private readonly desk: ReportDesk,
    private readonly reports: ReportsService,
    private readonly decisions: ReportDecisions,
    private readonly people: PeopleRepository,
    private readonly ids: Ids,
  ) {}

  /** To see what waits. Whoever answers with it leaves people out: nobody was asked why. */
  list(filter: ReportFilter): Promise<ReportEntity[]> {
    return this.desk.list(filter);
  }

  async read(admin: Admin, id: string, reason: string): Promise<ReportEntity> {
    await this.audit.write(admin, { action: 'report.read', subject: id, reason });
    return this.desk.find(id);
  }

  /** For somebody without an account; nothing proves it. @returns its id */
  async file(admin: Admin, { handle, about, note, reason }: ReportByHand): Promise<string> {
    const person = await this.people.findByHandle(handle);
    const id = this.ids.lasting();
    return this.audit.act(admin, { action: 'report.file', subject: person?.id, reason }, (tx) => {
      if (!person) throw new Fault('not_found', 'No such person.');
      return this.reports.write(tx, id, null, { subject: { userId: person.id }, reason: about, note }, { kind: 'gone' });
    });
  }

  async open(admin: Admin, id: string, reason: string): Promise<OpenedCopy> {
    await this.audit.write(admin, { action: 'report.open', subject: id, reason });
    return this.desk.open(id);
  }

  decide(admin: Admin, id: string, decision: Decision): Promise<ReportEntity> {
    const line = { action: `report.decide.${decision.outcome}`, subject: id, reason: decision.reason };
    return this.audit.act(admin, line, (tx) => this.decisions.decide(tx, id, decision));
  }

  /** @returns whether it holds now; else another moderator has to confirm it */
  hold(admin: Admin, id: string, reason: string): Promise<boolean> {
    return this.audit.act(admin, { action: 'report.hold', subject: id, reason }, (tx) => this.desk.hold(tx, id, admin.id));
  }
}
