import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('handle_quarantine')
export class HandleQuarantineEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_handle_quarantine' })
  handleMac!: Buffer;

  @Column('timestamptz')
  heldUntil!: Date;
}
