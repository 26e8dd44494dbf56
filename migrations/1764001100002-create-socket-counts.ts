import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many sockets each process has, so that one may tell the sum. Of this moment, so a crash of the server may take it. */
export class CreateSocketCounts1764001100002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE socket_counts (
        process uuid CONSTRAINT pk_socket_counts PRIMARY KEY,
        sockets integer NOT NULL,
        counted_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE socket_counts');
  }
}
