import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { asNumber } from '../../platform/database/index.js';

export type HourState = 'alive' | 'key_destroyed' | 'detached' | 'dropped' | 'closed';

@Entity('hours')
@Index('ix_hours_open', ['label'], { where: `state <> 'closed'::text` })
@Check('ck_hours_state', `state = ANY (ARRAY['alive'::text, 'key_destroyed'::text, 'detached'::text, 'dropped'::text, 'closed'::text])`)
export class HourEntity {
  /** End of the hour, ms since the epoch. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_hours', transformer: asNumber })
  label!: number;

  /** SHA-256 of the hour's key: shows that the vault still holds the key this hour was made with. */
  @Column('bytea')
  keyHash!: Buffer;

  @Column('text', { default: 'alive' })
  state!: HourState;

  @Column('timestamptz', { nullable: true })
  closedAt!: Date | null;
}
