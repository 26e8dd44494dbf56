import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A link to an export: good until it expires, and while the session that asked for it lives. One a person. */
@Entity('exports')
@Unique('ux_exports_person', ['personId'])
export class ExportEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_exports' })
  id!: string;

  @Column('uuid')
  personId!: string;

  @Column('uuid')
  deviceId!: string;

  @Column('timestamptz')
  expiresAt!: Date;
}
