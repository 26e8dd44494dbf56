import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

// A fresh object for each column: TypeORM writes the type into it.
const key = () => ({ primaryKeyConstraintName: 'pk_idempotency_keys' });

@Entity('idempotency_keys')
@Index('ix_idempotency_keys_dies', ['diesAt'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid', key())
  scope!: string;

  @PrimaryColumn('text', key())
  route!: string;

  @PrimaryColumn('bytea', key())
  keyMac!: Buffer;

  @Column('bytea')
  bodyMac!: Buffer;

  @Column('uuid')
  resultId!: string;

  @Column('timestamptz')
  diesAt!: Date;
}
