import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SnapKind, SnapState, Story, ViewMode } from './snap.states.js';

/**
 * Three columns say together when a view-once goes early, and whoever changes a view keeps all three: `unopened` counts the
 * deliveries that an early erasure still waits for; `final_at` is when the last view granted so far is over; once `unopened` is 0,
 * `due_at` is that time, or the deadline where that comes first.
 */
@Entity({ name: 'snaps', schema: 'mortal' })
@Index('ix_snaps_sender', ['senderId', 'acceptedAt', 'id'])
@Index('ix_snaps_due', ['dueAt', 'id'], { where: 'due_at IS NOT NULL' })
@Index('ix_snaps_unspread', ['id'], { where: 'unspread IS NOT NULL' })
@Check('ck_snaps_story', `story = ANY (ARRAY['friends'::text, 'close'::text])`)
@Check('ck_snaps_kind', `kind = ANY (ARRAY['photo'::text, 'clip'::text, 'voice'::text, 'text'::text])`)
@Check('ck_snaps_state', `state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text, 'erased'::text])`)
@Check('ck_snaps_mode', `mode = ANY (ARRAY['once'::text, 'until_expiry'::text])`)
export class SnapEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_snaps' })
  id!: string;

  @Column('uuid')
  senderId!: string;

  @Column('uuid', { nullable: true })
  uploadId!: string | null;

  @Column('text')
  kind!: SnapKind;

  @Column('text')
  state!: SnapState;

  /** Why it failed or was erased. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz')
  acceptedAt!: Date;

  @Column('timestamptz')
  deadline!: Date;

  /** When it is to be erased before its hour ends: its own deadline, or the moment every view of it is over. */
  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null;

  @Column('text')
  mode!: ViewMode;

  @Column('smallint', { nullable: true })
  viewSeconds!: number | null;

  @Column('boolean')
  loop!: boolean;

  @Column('smallint')
  replays!: number;

  /** Text, caption and alt as one sealed JSON object. */
  @Column('bytea', { nullable: true })
  words!: Buffer | null;

  /** The words' own random key, wrapped by this snap's hour. */
  @Column('bytea', { nullable: true })
  wordsKey!: Buffer | null;

  @Column('bytea')
  salt!: Buffer;

  /** Posted to a story as well, for whom. */
  @Column('text', { nullable: true })
  story!: Story | null;

  /** Of a story's audience, those whom a job has yet to reach (story-spreader.ts). */
  @Column('uuid', { array: true, nullable: true })
  unspread!: string[] | null;

  /** The snap that this one answers; shown only while that one lives. */
  @Column('uuid', { nullable: true })
  inReplyTo!: string | null;

  @Column('uuid', { nullable: true })
  albumId!: string | null;

  /** From 0. */
  @Column('smallint', { nullable: true })
  albumIndex!: number | null;

  @Column('smallint', { nullable: true })
  albumSize!: number | null;

  /** Deliveries that may still be opened for the first time, were opened with receipts off, or ended with a block. */
  @Column('smallint')
  unopened!: number;

  /** When the last view granted so far is over. */
  @Column('timestamptz', { nullable: true })
  finalAt!: Date | null;
}
