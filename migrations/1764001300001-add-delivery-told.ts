import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether the sender was told that it was opened, when it was. The state says so by itself until there is a screenshot, which is
 * told of in any case. Screenshots from before are shown without the time of the opening.
 */
export class AddDeliveryTold1764001300001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mortal.deliveries ADD COLUMN told boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mortal.deliveries DROP COLUMN told');
  }
}
