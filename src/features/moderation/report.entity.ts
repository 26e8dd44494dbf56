import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EvidenceKind, Outcome, ReportReason } from './moderation.settings.js';

@Entity('reports')
@Index('ix_reports_reporter', ['reporterId', 'createdAt', 'id'])
@Index('ix_reports_reported', ['userId', 'createdAt', 'id'])
@Index('ix_reports_created', ['createdAt', 'id'])
@Index('ix_reports_keep_until', ['keepUntil'])
@Check('ck_reports_evidence', `evidence = ANY (ARRAY['sealed'::text, 'verified_copy'::text, 'unverified'::text, 'gone'::text])`)
@Check('ck_reports_outcome', `outcome = ANY (ARRAY['no_action'::text, 'warned'::text, 'removed'::text, 'suspended'::text])`)
@Check('ck_reports_two_moderators', 'hold_by <> held_by')
export class ReportEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_reports' })
  id!: string;

  /** `null` where it was filed by hand, or where the reporter's account is gone. */
  @Column('uuid', { nullable: true })
  reporterId!: string | null;

  @Column('uuid', { nullable: true })
  snapId!: string | null;

  /** Whom it is about: of a snap its sender. */
  @Column('uuid', { nullable: true })
  userId!: string | null;

  @Column('uuid', { nullable: true })
  groupId!: string | null;

  @Column('text')
  reason!: ReportReason;

  /** Sealed under the moderation key. */
  @Column('bytea', { nullable: true })
  note!: Buffer | null;

  @Column('text')
  evidence!: EvidenceKind;

  /** The copy: ciphertext as it was stored, and its key under the moderation key. */
  @Column('text', { nullable: true })
  objectName!: string | null;

  @Column('bytea', { nullable: true })
  contentKey!: Buffer | null;

  @Column('text', { nullable: true })
  contentType!: string | null;

  @Column('bytea', { nullable: true })
  words!: Buffer | null;

  @Column('bytea', { nullable: true })
  wordsKey!: Buffer | null;

  /** Of the copy, in the public log. */
  @Column('bytea', { nullable: true })
  commitment!: Buffer | null;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  keepUntil!: Date;

  /** The moderator who asked for a hold, and the other one who confirmed it. */
  @Column('uuid', { nullable: true })
  holdBy!: string | null;

  @Column('uuid', { nullable: true })
  heldBy!: string | null;

  @Column('timestamptz', { nullable: true })
  decidedAt!: Date | null;

  @Column('text', { nullable: true })
  outcome!: Outcome | null;

  /** Told to both sides. */
  @Column('text', { nullable: true })
  outcomeReason!: string | null;
}
