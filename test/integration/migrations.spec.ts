import type { DataSource } from 'typeorm';
import { createDataSource, migrate } from '../../src/platform/database/index.js';
import { entities } from '../../src/app/entities.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

describe('migrations', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await createDataSource({ url: database.ownerUrl, entities, poolSize: 2 }).initialize();
  });

  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  it('leave the schema as the entities say', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('go down to nothing and up again', async () => {
    for (let n = 0; n < migrations.length; n += 1) await source.undoLastMigration();
    const left = await source.query<unknown[]>(
      `SELECT relname FROM pg_class WHERE relnamespace IN ('public'::regnamespace) AND relkind IN ('r', 'p', 'S') AND relname NOT LIKE 'migrations%'
       UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
    );
    expect(left).toEqual([]);
    await source.runMigrations();
    expect(await source.showMigrations()).toBe(false);
  });

  it('wait for a lock a second at a time, so that nobody queues up behind them, and go on when it is free', async () => {
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    await runner.query('LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE');
    const migrated = migrate({ ownerUrl: database.ownerUrl, appUrl: database.appUrl });
    const waiting = async () =>
      (await source.query<unknown[]>(`SELECT 1 FROM pg_locks WHERE relation = 'migrations'::regclass AND NOT granted`)).length > 0;
    await until('a migration that waits', waiting);
    await until('a migration that gave up waiting for now', async () => !(await waiting()));
    await runner.rollbackTransaction();
    await runner.release();
    await migrated;
  });
});
