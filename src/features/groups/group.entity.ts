import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('groups')
export class GroupEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_groups' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('uuid')
  ownerId!: string;

  @Column('timestamptz', { default: () => 'flits_now()' })
  createdAt!: Date;
}
