import { Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../platform/database/index.js';

/** A bucket whose leaves all have their positions. */
@Entity('log_cuts')
export class LogCutEntity {
  /** The moment up to which it reached, ms since the epoch. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_log_cuts', transformer: asNumber })
  cut!: number;
}
