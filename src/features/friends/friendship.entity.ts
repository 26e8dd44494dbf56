import { Column, Entity, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'pk_friendships' };

/** One side of a friendship. Both rows are written and deleted together. */
@Entity('friendships')
export class FriendshipEntity {
  @PrimaryColumn('uuid', KEY)
  personId!: string;

  @PrimaryColumn('uuid', KEY)
  friendId!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  since!: Date;
}
