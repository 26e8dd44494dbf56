import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'pk_blocks' };

/** Works both ways (SQL function `is_blocked`), and is nobody's to see but whose it is. Dies with either person. */
@Entity('blocks')
@Check('ck_blocks_self', 'person_id <> blocked_id')
@Index('ix_blocks_blocked', ['blockedId'])
export class BlockEntity {
  @PrimaryColumn('uuid', KEY)
  personId!: string;

  @PrimaryColumn('uuid', KEY)
  blockedId!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;
}
