import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';

/** Why something is erased before its hour's end. `expired` and `unused` write no leaf: the hour's own covers them. */
export type ErasureReason = 'expired' | 'opened' | 'unsent' | 'account_ended' | 'failed' | 'moderated' | 'lost' | 'unused';

@Entity('erasures_owed')
@Index('ix_erasures_owed_next', ['nextAttemptAt'])
@Index('ix_erasures_owed_label', ['label'])
export class ErasureOwedEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_erasures_owed' })
  id!: string;

  /** The hour whose leaf has to wait for this. */
  @Column('bigint', { transformer: asNumber })
  label!: number;

  @Column('bytea', { nullable: true })
  commitment!: Buffer | null;

  @Column('text')
  reason!: ErasureReason;

  @Column('text', { array: true })
  objectNames!: string[];

  @Column('timestamptz')
  owedAt!: Date;

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz')
  nextAttemptAt!: Date;

  /** The store's own code for why the last attempt failed, such as `AccessDenied`. */
  @Column('text', { nullable: true })
  lastError!: string | null;
}
