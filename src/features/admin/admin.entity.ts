import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { AdminRole } from './admin.settings.js';

/** Somebody who works here; no person of the service. */
@Entity('admins')
@Unique('ux_admins_name', ['name'])
@Check('ck_admins_role', `role = ANY (ARRAY['support'::text, 'moderator'::text, 'operator'::text])`)
export class AdminEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_admins' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  role!: AdminRole;

  @Column('text')
  passwordHash!: string;

  /** Sealed. */
  @Column('bytea')
  totpSecret!: Buffer;

  /** The step of the last code that was taken: none is taken twice. */
  @Column('bigint', { default: 0 })
  totpStep!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;
}
