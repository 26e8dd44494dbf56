import { Injectable } from '@nestjs/common';
import { decryptBlob } from '../../platform/crypto/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { ObjectStore } from '../../platform/storage/index.js';
import { EventLog } from '../events/index.js';
import { CopiesLedger } from './copies-ledger.js';
import { ModerationKey } from './moderation-key.js';
import { HOLD_DAYS, MAX_COPY_BYTES, type Outcome } from './moderation.settings.js';
import { ReportEntity } from './report.entity.js';

export interface OpenedCopy {
  readonly note: string | null;
  readonly words: { readonly text?: string; readonly caption?: string; readonly alt?: string } | null;
  readonly media: { readonly contentType: string; readonly bytes: Buffer } | null;
  /** Of a verified copy: the hash of the ciphertext that was handed out, lower hex. */
  readonly mediaSha256: string | null;
}

export interface Decision {
  readonly outcome: Outcome;
  /** Told to both. */
  readonly reason: string;
}

const wasDecided = () => new Fault('validation_failed', 'This report was decided already.');
const noSuchReport = () => new Fault('not_found', 'No such report.');

/** What moderators do with reports. Whoever calls this has asked for a reason and written it down. */
@Injectable()
export class ReportDesk {
  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly key: ModerationKey,
    private readonly copies: CopiesLedger,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Oldest first: who waits longest comes first. */
  list({ isOpen, limit, after }: { isOpen?: boolean; limit: number; after?: readonly [number, string] }): Promise<ReportEntity[]> {
    const query = this.database.manager
      .createQueryBuilder(ReportEntity, 'r')
      .where('r.keepUntil > flits_now()')
      .orderBy('r.createdAt')
      .addOrderBy('r.id')
      .limit(limit);
    if (isOpen !== undefined) query.andWhere(isOpen ? 'r.decidedAt IS NULL' : 'r.decidedAt IS NOT NULL');
    if (after) query.andWhere('(r.createdAt, r.id) > (from_epoch_ms(:at), :id)', { at: after[0], id: after[1] });
    return query.getMany();
  }

  /** @throws Fault `not_found` */
  async find(id: string): Promise<ReportEntity> {
    const report = await this.database.manager
      .createQueryBuilder(ReportEntity, 'r')
      .where('r.id = :id AND r.keepUntil > flits_now()', { id })
      .getOne();
    if (!report) throw noSuchReport();
    return report;
  }

  /** @throws Fault `not_found`, `validation_failed` where it was decided */
  async undecided(id: string): Promise<ReportEntity> {
    const report = await this.find(id);
    if (report.decidedAt) throw wasDecided();
    return report;
  }

  /** The reported copy and the reporter's note, decrypted in memory. @throws Fault `not_found` */
  async open(id: string): Promise<OpenedCopy> {
    const report = await this.find(id);
    const { note, words, wordsKey, objectName, contentKey, contentType } = report;
    const blob = objectName ? await this.store.get(objectName, { maxBytes: MAX_COPY_BYTES }) : undefined;
    const { media_sha256: mediaSha256 = null, ...said } = words && wordsKey ? this.key.openWords(id, words, wordsKey) : {};
    return {
      note: this.key.openNote(id, note),
      words: Object.keys(said).length > 0 ? said : null,
      mediaSha256,
      media: blob && contentKey && contentType ? { contentType, bytes: decryptBlob(this.key.unwrap(id, 'media', contentKey), blob) } : null,
    };
  }

  /** Once. Both sides are told, the reported one where something was done. @throws Fault `not_found`, `validation_failed` where it was decided */
  async decide(tx: Transaction, id: string, { outcome, reason }: Decision): Promise<ReportEntity> {
    const decided = await tx.query(
      'UPDATE reports SET outcome = $2, outcome_reason = $3, decided_at = flits_now() WHERE id = $1 AND decided_at IS NULL RETURNING id',
      [id, outcome, reason],
    );
    const report = await tx.manager.findOneBy(ReportEntity, { id });
    if (!report) throw noSuchReport();
    if (decided.length === 0) throw wasDecided();
    const heard = [report.reporterId, outcome === 'no_action' ? null : report.userId].filter((person) => person !== null);
    const there = await tx.query<{ id: string }>('SELECT id FROM people WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL', [heard]);
    this.events.append(
      tx,
      there.map(({ id: ownerId }) => ({ ownerId, type: 'report.decided', ref: id })),
    );
    return report;
  }

  /**
   * The first moderator asks for a hold, another one confirms it: then it is kept 30 days more, and the log says so.
   * @returns whether it holds now
   * @throws Fault `not_found`, `validation_failed` where both are the same moderator
   */
  async hold(tx: Transaction, id: string, moderatorId: string): Promise<boolean> {
    const report = await tx.manager.findOne(ReportEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!report || report.keepUntil.getTime() <= this.clock.now()) throw noSuchReport();
    if (!report.holdBy || report.heldBy) {
      await tx.query('UPDATE reports SET hold_by = $2, held_by = NULL WHERE id = $1', [id, moderatorId]);
      return false;
    }
    if (report.holdBy === moderatorId) throw new Fault('validation_failed', 'Another moderator has to confirm this hold.');
    const until = this.clock.now() + HOLD_DAYS * 86_400_000;
    let { commitment } = report;
    if (commitment) {
      await this.copies.gone(tx, [commitment]);
      commitment = await this.copies.kept(tx, id, until);
    }
    await tx.query('UPDATE reports SET held_by = $2, commitment = $3, keep_until = from_epoch_ms($4::bigint) WHERE id = $1', [
      id,
      moderatorId,
      commitment,
      Math.max(until, report.keepUntil.getTime()),
    ]);
    return true;
  }
}
