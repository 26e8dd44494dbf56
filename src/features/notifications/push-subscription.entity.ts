import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';
import { DeviceEntity } from '../people/index.js';

/** Where a device is woken up, and how far its person's log was looked at for that. One a device. */
@Entity('push_subscriptions')
@Unique('ux_push_subscriptions_target', ['targetMac'])
@Check('ck_push_subscriptions_provider', `provider = 'webpush'::text`)
@Index('ix_push_subscriptions_person', ['personId'])
@Index('ix_push_subscriptions_due', ['dueAt'], { where: 'due_at IS NOT NULL' })
export class PushSubscriptionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_push_subscriptions' })
  deviceId!: string;

  @ManyToOne(() => DeviceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'device_id', foreignKeyConstraintName: 'fk_push_subscriptions_device' })
  device?: Relation<DeviceEntity>;

  @Column('uuid')
  personId!: string;

  @Column('text')
  provider!: string;

  /** Endpoint and keys, sealed (subscription-seal.ts). */
  @Column('bytea')
  target!: Buffer;

  @Column('bytea')
  targetMac!: Buffer;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;

  /** The log was looked at up to here: nothing up to it wakes anyone any more. */
  @Column('bigint', { transformer: asNumber })
  lookedSeq!: number;

  /** When to look next; null while there is nothing new. */
  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  wokenAt!: Date | null;

  /** Sends in a row that did not arrive. */
  @Column('smallint', { default: 0 })
  failures!: number;
}
