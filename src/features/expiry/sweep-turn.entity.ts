import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a sweep that is too dear for every 15 s comes next, whichever worker does it. */
@Entity('sweep_turns')
export class SweepTurnEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_sweep_turns' })
  name!: string;

  @Column('timestamptz')
  nextAt!: Date;

  /** When it last came to its end, and what it found then: numbers alone. */
  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  found!: Record<string, number> | null;
}
