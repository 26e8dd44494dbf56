import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What admins did, append-only for the application's role (platform/database/migrator.ts). */
@Entity('admin_audit')
export class AdminAuditEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_admin_audit', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  at!: Date;

  @Column('uuid')
  adminId!: string;

  @Column('text')
  adminName!: string;

  @Column('text')
  action!: string;

  /** The id of a person or report, where there is one. */
  @Column('uuid', { nullable: true })
  subject!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;
}
