import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DeliveryState } from './snap.states.js';

@Entity({ name: 'deliveries', schema: 'mortal' })
@Index('ix_deliveries_inbox', ['recipientId', 'sentAt', 'snapId'])
@Check(
  'ck_deliveries_state',
  `state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'delivered'::text, 'opened'::text, 'replayed'::text, 'screenshot'::text, 'withdrawn'::text])`,
)
export class DeliveryEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_deliveries' })
  snapId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_deliveries' })
  recipientId!: string;

  @Column('uuid')
  senderId!: string;

  @Column('text')
  state!: DeliveryState;

  /** The group it came through; `null` for those named, also where they are in a group it went to. */
  @Column('uuid', { nullable: true })
  groupId!: string | null;

  @Column('boolean', { default: false })
  viaStory!: boolean;

  @Column('timestamptz')
  sentAt!: Date;

  @Column('timestamptz', { nullable: true })
  openedAt!: Date | null;

  /** Whether the sender was told of it then. Neither a screenshot nor receipts turned on or off later change that. */
  @Column('boolean', { default: false })
  told!: boolean;

  /** The device that holds the view, and the MACs of the Idempotency-Key and body with which it may take it up again. */
  @Column('uuid', { nullable: true })
  leaseDeviceId!: string | null;

  @Column('bytea', { nullable: true })
  leaseKeyMac!: Buffer | null;

  @Column('bytea', { nullable: true })
  leaseBodyMac!: Buffer | null;

  @Column('timestamptz', { nullable: true })
  leaseUntil!: Date | null;

  @Column('smallint')
  replaysLeft!: number;

  @Column('timestamptz', { nullable: true })
  replayUntil!: Date | null;

  @Column('timestamptz', { nullable: true })
  closedAt!: Date | null;

  /** The relation ended before it was opened. The sender keeps seeing the last state, so this is no state. */
  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;
}
