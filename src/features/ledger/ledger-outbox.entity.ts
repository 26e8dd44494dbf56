import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';

@Entity('ledger_outbox')
export class LedgerOutboxEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_ledger_outbox', transformer: asNumber, generatedIdentity: 'ALWAYS', generated: 'identity' })
  id!: number;

  @Column('text')
  leaf!: string;

  @Column('bytea')
  subject!: Buffer;

  @Column('timestamptz', { default: () => 'flits_now()' })
  writtenAt!: Date;
}
