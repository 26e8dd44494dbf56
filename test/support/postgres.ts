import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import type { Secret } from '../../src/platform/config/index.js';
import { createDatabase, type Template, urlsOf } from './postgres-template.js';

/** A database of the suite's own, migrated and empty. `reveal()` the URLs for a child process's environment. */
export interface TestDatabase {
  readonly ownerUrl: Secret;
  readonly appUrl: Secret;
  /** Ends its connections and removes it; the end of the run does so too. */
  drop(): Promise<void>;
}

let template: Promise<Template> | undefined;

/** One for each spec file, in `beforeAll`: cloned from the run's migrated template in some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const found = await (template ??= askForTemplate());
  const name = `${found.database}_${randomBytes(6).toString('hex')}`;
  await asAdmin(found, (admin) => createDatabase(admin, name, found, found.database));
  return {
    ...urlsOf(found, name),
    drop: () => asAdmin(found, async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function asAdmin(found: Template, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: found.adminUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

async function askForTemplate(): Promise<Template> {
  const address = process.env.FLITS_TEST_POSTGRES;
  if (!address) throw new Error('this suite needs PostgreSQL, which jest.config.mjs starts and jest.unit.config.mjs does not');
  const answer = JSON.parse(await text(connect(address))) as Template | { error: string };
  if ('error' in answer) throw new Error(`the PostgreSQL of the tests did not start: ${answer.error}`);
  return answer;
}
