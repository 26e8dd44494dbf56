import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('invites')
@Check('ck_invites_uses', 'uses_left >= 0')
export class InviteEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_invites' })
  codeMac!: Buffer;

  @Column('integer')
  usesLeft!: number;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;
}
