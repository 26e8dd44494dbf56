import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Idempotency } from '../../platform/http/index.js';
import { Ids } from '../../platform/ids/index.js';
import { CopiesLedger } from './copies-ledger.js';
import { EvidenceMaker, type Evidence, type OwnCopy } from './evidence.js';
import { ModerationKey } from './moderation-key.js';
import { KEPT_DAYS, type EvidenceKind, type Outcome, type ReportReason } from './moderation.settings.js';
import type { Subject } from './report-subject.js';

export interface NewReport {
  readonly subject: Subject;
  readonly reason: ReportReason;
  readonly note?: string;
  readonly copy?: OwnCopy;
}

export interface ReportView {
  readonly id: string;
  readonly is_mine: boolean;
  readonly snap_id: string | null;
  readonly user_id: string | null;
  readonly group_id: string | null;
  readonly reason: ReportReason;
  readonly evidence: EvidenceKind;
  readonly created_at: Date;
  readonly decided_at: Date | null;
  readonly outcome: Outcome | null;
  readonly outcome_reason: string | null;
  /** By what the list is ordered: when it was filed, for who filed it; when it was decided, for who was reported. */
  readonly shown_at: Date;
}

const ROUTE = 'reports.create';

/**
 * Reports. Table `reports`, objects `reports/…`: both gone after 30 days (report-retention.ts). Who reported is told to no one
 * but moderators. A copy that was put but whose row was never written is a stray, which retention removes.
 */
@Injectable()
export class ReportsService {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly evidence: EvidenceMaker,
    private readonly key: ModerationKey,
    private readonly copies: CopiesLedger,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** What was made with this key before, so that a retry finds it although the snap has died since. */
  async made(reporterId: string, key: string, body: object): Promise<{ id: string; evidence: EvidenceKind } | undefined> {
    const macs = this.idempotency.mac(reporterId, ROUTE, key, body);
    const record = await this.idempotency.find(macs);
    return record && this.#find(this.idempotency.resultOf(record, macs));
  }

  async create(reporterId: string, key: string, body: object, report: NewReport): Promise<{ id: string; evidence: EvidenceKind }> {
    const id = this.ids.lasting();
    const evidence = await this.#evidenceOf(id, reporterId, report);
    const macs = this.idempotency.mac(reporterId, ROUTE, key, body);
    const filing = this.idempotency.once(
      macs,
      () => this.clock.now(),
      (tx) => this.write(tx, id, reporterId, report, evidence),
    );
    const { id: made, replayed } = await filing.catch(async (error: unknown) => {
      // Else retention finds it.
      await this.evidence.discard(evidence).catch(() => undefined);
      throw error;
    });
    if (!replayed) return { id, evidence: evidence.kind };
    await this.evidence.discard(evidence);
    return this.#find(made);
  }

  /** @param reporterId `null` for one that is filed by hand */
  async write(tx: Transaction, id: string, reporterId: string | null, report: NewReport, evidence: Evidence): Promise<string> {
    const { subject, reason, note } = report;
    const hasCopy = evidence.objectName !== undefined || evidence.words !== undefined;
    const commitment = hasCopy ? await this.copies.kept(tx, id, this.clock.now() + KEPT_DAYS * 86_400_000) : null;
    await tx.query(
      `INSERT INTO reports (id, reporter_id, snap_id, user_id, group_id, reason, note, evidence, object_name, content_key, content_type,
                            words, words_key, commitment, created_at, keep_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
               date_trunc('milliseconds', flits_now()), flits_now() + make_interval(days => $15))`,
      [
        id,
        reporterId,
        ...[subject.snapId ?? null, subject.userId ?? null, subject.groupId ?? null],
        reason,
        this.key.sealNote(id, note),
        evidence.kind,
        ...[evidence.objectName ?? null, evidence.contentKey ?? null, evidence.contentType ?? null],
        ...[evidence.words ?? null, evidence.wordsKey ?? null, commitment],
        KEPT_DAYS,
      ],
    );
    return id;
  }

  /** What I reported, and what was decided about me; newest first. Who reported me is not in it. */
  list(personId: string, limit: number, before?: readonly [number, string]): Promise<ReportView[]> {
    const [at, id] = before ?? [null, null];
    return this.database.query<ReportView>(
      `SELECT * FROM (
         SELECT r.id, r.reporter_id IS NOT DISTINCT FROM $1::uuid AS is_mine, r.snap_id, r.user_id, r.group_id, r.reason, r.evidence, r.created_at,
                r.decided_at, r.outcome, r.outcome_reason,
                date_trunc('milliseconds', CASE WHEN r.reporter_id = $1 THEN r.created_at ELSE r.decided_at END) AS shown_at
         FROM reports r
         WHERE (r.reporter_id = $1 OR r.user_id = $1 AND r.outcome <> 'no_action') AND r.keep_until > flits_now()
       ) AS shown
       WHERE $3::bigint IS NULL OR (shown_at, id) < (from_epoch_ms($3::bigint), $4::uuid)
       ORDER BY shown_at DESC, id DESC LIMIT $2`,
      [personId, limit, at, id],
    );
  }

  async #evidenceOf(id: string, reporterId: string, { subject: { snapId, userId, snap }, copy }: NewReport): Promise<Evidence> {
    const sealed = snap?.isViewable ? await this.evidence.seal(id, snap) : undefined;
    if (sealed) return sealed;
    if (!copy || !snapId || !userId) return { kind: 'gone' };
    return this.evidence.fromCopy(id, { id: snapId, senderId: userId, recipientId: reporterId }, copy);
  }

  /** Whom a report is about, to be blocked along with it. */
  async reportedPerson(id: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ user_id: string | null }>('SELECT user_id FROM reports WHERE id = $1', [id]);
    return row?.user_id ?? undefined;
  }

  async #find(id: string): Promise<{ id: string; evidence: EvidenceKind }> {
    const [row] = await this.database.query<{ evidence: EvidenceKind }>('SELECT evidence FROM reports WHERE id = $1', [id]);
    return { id, evidence: row?.evidence ?? 'gone' };
  }
}
