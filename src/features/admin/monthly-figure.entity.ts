import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';

/** A number of a month, counted by triggers as it happens (migrations: add-oversight); about nobody. */
@Entity('monthly_figures')
export class MonthlyFigureEntity {
  @PrimaryColumn('date', { primaryKeyConstraintName: 'pk_monthly_figures' })
  month!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_monthly_figures' })
  name!: string;

  @Column('bigint', { transformer: asNumber })
  value!: number;
}
