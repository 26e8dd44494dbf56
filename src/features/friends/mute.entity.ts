import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'pk_mutes' };

/** Whose snaps wake nobody up. The muted are not told. Dies with either person. */
@Entity('mutes')
@Index('ix_mutes_muted', ['mutedId'])
export class MuteEntity {
  @PrimaryColumn('uuid', KEY)
  personId!: string;

  @PrimaryColumn('uuid', KEY)
  mutedId!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;
}
