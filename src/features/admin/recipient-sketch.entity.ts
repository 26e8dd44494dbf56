import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many people were sent something they looked for in a month, and not who (active-recipients.ts). */
@Entity('recipient_sketches')
export class RecipientSketchEntity {
  @PrimaryColumn('date', { primaryKeyConstraintName: 'pk_recipient_sketches' })
  month!: string;

  @Column('bytea')
  salt!: Buffer;

  @Column('bytea')
  registers!: Buffer;
}
