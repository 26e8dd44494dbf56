import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../platform/database/index.js';

@Entity('log_checkpoints')
export class LogCheckpointEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_log_checkpoints', transformer: asNumber })
  size!: number;

  /** C2SP signed note, as it is served. */
  @Column('text')
  note!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  publishedAt!: Date;
}
