import { Entity, Index, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'pk_close_friends' };

/** Who is on a person's close list: friends only, a row goes with the friendship. Nobody learns that they are on one. */
@Entity('close_friends')
@Index('ix_close_friends_friend', ['friendId'])
export class CloseFriendEntity {
  @PrimaryColumn('uuid', KEY)
  personId!: string;

  @PrimaryColumn('uuid', KEY)
  friendId!: string;
}
