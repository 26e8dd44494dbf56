import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';
import { PersonEntity } from './person.entity.js';

/** A device and its session are one row: the session lives until `endedAt` is set. */
@Entity('devices')
@Index('ix_devices_person', ['personId'], { where: 'ended_at IS NULL' })
@Index('ix_devices_ended', ['endedAt'], { where: 'ended_at IS NOT NULL' })
export class DeviceEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_devices' })
  id!: string;

  @Column('uuid')
  personId!: string;

  @ManyToOne(() => PersonEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'person_id', foreignKeyConstraintName: 'fk_devices_person' })
  person?: Relation<PersonEntity>;

  @Column('text')
  name!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;

  /** The highest generation of refresh token that was used; 0: none yet. */
  @Column('integer', { default: 0 })
  refreshGeneration!: number;

  @Column('timestamptz', { default: () => 'flits_now()' })
  refreshedAt!: Date;

  @Column('timestamptz', { default: () => 'flits_now()' })
  reauthenticatedAt!: Date;

  /** The highest event this device acknowledged. */
  @Column('bigint', { default: 0, transformer: asNumber })
  ackedSeq!: number;

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;
}
