import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';

@Entity('event_heads')
export class EventHeadEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_event_heads' })
  personId!: string;

  @Column('bigint', { default: 0, transformer: asNumber })
  head!: number;
}
