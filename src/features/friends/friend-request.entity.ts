import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A request that waits. Accepted, declined or taken back, its row is gone. */
@Entity('friend_requests')
@Unique('ux_friend_requests_pair', ['fromId', 'toId'])
@Check('ck_friend_requests_self', 'from_id <> to_id')
@Index('ix_friend_requests_to', ['toId', 'createdAt'])
export class FriendRequestEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_friend_requests' })
  id!: string;

  @Column('uuid')
  fromId!: string;

  @Column('uuid')
  toId!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;
}
