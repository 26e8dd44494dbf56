import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';

@Entity('ledger_outbox')
@Index('ux_ledger_outbox_subject', { synchronize: false }) // one leaf of a kind a subject; an index on an expression, made by the migration
@Index('ix_ledger_outbox_written_at', { synchronize: false }) // BRIN
export class LedgerOutboxEntity {
  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'pk_ledger_outbox',
    transformer: asNumber,
    generatedIdentity: 'ALWAYS',
    generated: 'identity',
  })
  id!: number;

  @Column('text')
  leaf!: string;

  @Column('bytea')
  subject!: Buffer;

  @Column('timestamptz', { default: () => 'flits_now()' })
  writtenAt!: Date;
}
