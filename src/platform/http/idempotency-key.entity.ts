import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'pk_idempotency_keys' };

@Entity('idempotency_keys')
@Index('ix_idempotency_keys_dies', ['diesAt'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid', KEY)
  scope!: string;

  @PrimaryColumn('text', KEY)
  route!: string;

  @PrimaryColumn('bytea', KEY)
  keyMac!: Buffer;

  @Column('bytea')
  bodyMac!: Buffer;

  @Column('uuid')
  resultId!: string;

  @Column('timestamptz')
  diesAt!: Date;
}
