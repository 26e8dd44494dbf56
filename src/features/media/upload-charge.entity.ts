import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * An upload that weighs on its owner's quota. Made with the upload's row, gone when it is given back, and by the sweep once it
 * counts no longer (a day after it was made at the latest); all of a person's go with the account.
 */
@Entity({ name: 'upload_charges' })
@Index('ix_upload_charges_person', ['personId', 'countsUntil'])
@Index('ix_upload_charges_until', ['countsUntil'])
export class UploadChargeEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_upload_charges' })
  uploadId!: string;

  @Column('uuid')
  personId!: string;

  /** What was announced; a string, as PostgreSQL's bigint is larger than a number. */
  @Column('bigint')
  bytes!: string;

  @Column('timestamptz')
  chargedAt!: Date;

  /** While its bytes are awaited: as long as the upload waits for them. Then a day from `chargedAt`. */
  @Column('timestamptz')
  countsUntil!: Date;
}
