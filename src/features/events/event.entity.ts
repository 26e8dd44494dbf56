import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';
import type { EventType } from './event-types.js';

@Entity({ name: 'events', schema: 'mortal' })
export class EventEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_events' })
  ownerId!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_events', transformer: asNumber })
  seq!: number;

  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'pk_events' })
  at!: Date;

  @Column('text')
  type!: EventType;

  @Column('uuid')
  ref!: string;

  @Column('uuid', { nullable: true })
  actor!: string | null;

  @Column('uuid', { nullable: true })
  deviceId!: string | null;
}
