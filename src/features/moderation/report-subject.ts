import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { Hours } from '../../platform/ids/index.js';
import { GroupsRepository } from '../groups/index.js';
import { Reportables, type Reportable } from '../snaps/index.js';
import type { OwnCopy } from './evidence.js';

export interface Subject {
  readonly snapId?: string;
  /** Whom the report is about. */
  readonly userId?: string;
  readonly groupId?: string;
  /** The snap as it is now, where its rows still are. */
  readonly snap?: Reportable;
}

/** What somebody may report: what they were sent, who is there, the groups they are in. Everything else does not exist for them. */
@Injectable()
export class ReportSubjects {
  constructor(
    private readonly database: Database,
    private readonly snaps: Reportables,
    private readonly groups: GroupsRepository,
    private readonly hours: Hours,
    private readonly clock: Clock,
  ) {}

  /**
   * Past its hour no row says any more who got a snap: then the reporter has to bring a copy.
   * @throws Fault `not_found`, `snap_expired`
   */
  async ofSnap(snapId: string, reporterId: string, copy: OwnCopy | undefined): Promise<Subject> {
    const label = this.hours.labelOf(snapId);
    if (label === undefined) throw nothing();
    if (label > this.clock.now()) {
      const snap = await this.snaps.find(snapId, reporterId);
      if (!snap) throw nothing();
      return { snapId, userId: snap.senderId, snap };
    }
    if (!copy?.sender_id)
      throw new Fault('snap_expired', 'This snap is past its hour: report it with `evidence`, your own copy and its sender.');
    return { snapId, userId: await this.#person(copy.sender_id, reporterId) };
  }

  async ofPerson(userId: string, reporterId: string): Promise<Subject> {
    return { userId: await this.#person(userId, reporterId) };
  }

  /** By members and by whoever is invited at this moment. @returns whom it is about: the group's owner answers for its name */
  async ofGroup(groupId: string, reporterId: string): Promise<Subject> {
    const group = await this.groups.find(groupId, reporterId);
    if (!group || group.owner_id === reporterId) throw nothing();
    return { groupId, userId: group.owner_id };
  }

  async #person(id: string, reporterId: string): Promise<string> {
    const found = id !== reporterId && (await this.database.query('SELECT 1 FROM people WHERE id = $1 AND deleted_at IS NULL', [id]));
    if (!found || found.length === 0) throw nothing();
    return id;
  }
}

const nothing = () => new Fault('not_found', 'There is nothing here for you.');
