import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('admin_sessions')
export class AdminSessionEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_admin_sessions' })
  tokenHash!: Buffer;

  @Column('uuid')
  adminId!: string;

  @Column('timestamptz')
  usedAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;
}
