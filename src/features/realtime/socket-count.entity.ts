import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('socket_counts')
export class SocketCountEntity {
  /** A process, for as long as it runs. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_socket_counts' })
  process!: string;

  @Column('integer')
  sockets!: number;

  @Column('timestamptz')
  countedAt!: Date;
}
