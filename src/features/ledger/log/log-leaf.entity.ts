import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { asNumber } from '../../../platform/database/index.js';

@Entity('log_leaves')
@Unique('uq_log_leaves_outbox', ['outboxId'])
export class LogLeafEntity {
  /** From 0 on, without gaps. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_log_leaves', transformer: asNumber })
  position!: number;

  @Column('bigint', { transformer: asNumber })
  outboxId!: number;

  @Column('bytea')
  leafHash!: Buffer;

  @Column('text')
  leaf!: string;
}
