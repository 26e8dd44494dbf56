import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type MembershipState = 'invited' | 'member';

const KEY = { primaryKeyConstraintName: 'pk_group_members' };

/** Somebody in a group, or asked to be. Nothing reaches who is only invited. */
@Entity('group_members')
@Index('ix_group_members_person', ['personId', 'groupId'])
@Index('ix_group_members_inviter', ['invitedBy'])
@Check('ck_group_members_state', `state = ANY (ARRAY['invited'::text, 'member'::text])`)
export class GroupMemberEntity {
  @PrimaryColumn('uuid', KEY)
  groupId!: string;

  @PrimaryColumn('uuid', KEY)
  personId!: string;

  @Column('text')
  state!: MembershipState;

  /** Whose friend they are; the maker of a group invited themselves. */
  @Column('uuid')
  invitedBy!: string;

  /** Since when in this state, in whole ms: what was sent to the group before is not theirs to see. */
  @Column('timestamptz')
  since!: Date;
}
