import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a sweep that is too dear for every 15 s comes next, whichever worker does it. */
@Entity('sweep_turns')
export class SweepTurnEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_sweep_turns' })
  name!: string;

  @Column('timestamptz')
  nextAt!: Date;
}
