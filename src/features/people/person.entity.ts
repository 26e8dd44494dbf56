import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity('people')
@Unique('ux_people_handle', ['handle'])
@Unique('ux_people_tombstone', ['tombstone'])
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

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  suspendedAt!: Date | null;

  /** Random; what a deleted account is known by beside the key vault (`AccountTombstones`). */
  @Column('text', { default: () => '(gen_random_uuid())' })
  tombstone!: string;
}
