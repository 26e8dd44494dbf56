import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A code held up or shared. Good for 10 minutes and so many uses; its row stays a day longer, for late repetitions. */
@Entity('friend_codes')
@Check('ck_friend_codes_uses', 'uses_left >= 0 AND uses_left <= 10')
@Index('ix_friend_codes_person', ['personId', 'expiresAt'])
@Index('ix_friend_codes_expires', ['expiresAt'])
export class FriendCodeEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_friend_codes' })
  codeMac!: Buffer;

  @Column('uuid')
  personId!: string;

  /** Whether whoever has it asks, or is a friend at once. */
  @Column('boolean')
  ask!: boolean;

  @Column('smallint')
  usesLeft!: number;

  @Column('timestamptz')
  expiresAt!: Date;
}
