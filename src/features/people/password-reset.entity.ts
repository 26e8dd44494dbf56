import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { PersonEntity } from './person.entity.js';

@Entity('password_resets')
@Unique('ux_password_resets_code', ['codeMac'])
export class PasswordResetEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_password_resets' })
  personId!: string;

  @OneToOne(() => PersonEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'person_id', foreignKeyConstraintName: 'fk_password_resets_person' })
  person?: Relation<PersonEntity>;

  @Column('bytea')
  codeMac!: Buffer;

  @Column('timestamptz')
  expiresAt!: Date;
}
