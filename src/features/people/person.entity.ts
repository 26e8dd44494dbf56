import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** How long somebody looks at what was sent to them, where they need longer (WCAG 2.2.1). */
export type ViewTime = 'as_sent' | 'x5' | 'until_closed';

@Entity('people')
@Unique('ux_people_handle', ['handle'])
@Unique('ux_people_tombstone', ['tombstone'])
@Check('ck_people_view_time', `view_time = ANY (ARRAY['as_sent'::text, 'x5'::text, 'until_closed'::text])`)
@Index('ix_people_deleted', ['deletedAt'], { where: 'deleted_at IS NOT NULL' })
export class PersonEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_people' })
  id!: string;

  @Column('text')
  handle!: string;

  @Column('text')
  displayName!: string;

  /** argon2id, in PHC string form. */
  @Column('text')
  passwordHash!: string;

  /** SHA-256 in hex: the code has 125 random bits, which nobody guesses however fast. */
  @Column('text')
  recoveryHash!: string;

  /** `YYYY-MM-DD`, as told at sign-up. */
  @Column('date', { nullable: true })
  birthDate!: string | null;

  @Column('boolean', { default: true })
  openedReceipts!: boolean;

  @Column('text', { default: 'as_sent' })
  viewTime!: ViewTime;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  suspendedAt!: Date | null;

  /** Random; what a deleted account is known by beside the key vault (`AccountTombstones`). */
  @Column('text', { default: () => '(gen_random_uuid())' })
  tombstone!: string;

  @Column('text', { nullable: true })
  suspendedReason!: string | null;

  /** Deleted by the person: nothing of it is read any more, the row goes within the hour. */
  @Column('timestamptz', { nullable: true })
  deletedAt!: Date | null;
}
