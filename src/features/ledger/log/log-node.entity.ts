import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../../platform/database/index.js';

/** A complete subtree of two leaves or more; those of one leaf are `log_leaves` themselves. */
@Entity('log_nodes')
export class LogNodeEntity {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'pk_log_nodes' })
  level!: number;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_log_nodes', transformer: asNumber })
  index!: number;

  @Column('bytea')
  hash!: Buffer;
}
