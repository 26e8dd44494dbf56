import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Secret } from '../../src/platform/config/index.js';
import { migrate } from '../../src/platform/database/index.js';

/** What suites need to clone the template: plain JSON, it crosses a process border. Its passwords live as long as the run. */
export interface Template {
  readonly adminUrl: string;
  readonly database: string;
  readonly owner: { readonly role: string; readonly password: string };
  readonly app: { readonly role: string; readonly password: string };
}

/**
 * Makes a migrated database and two roles of its own on any PostgreSQL, all named after the run. The connection that stays
 * open bears that name too: names without a connection belong to a run that was killed, and are removed here.
 * @param run `flits_test_…`, no other run has it
 */
export async function makeTemplate(adminUrl: string, run: string): Promise<{ template: Template; remove: () => Promise<void> }> {
  const admin = new pg.Client({ connectionString: adminUrl, application_name: run });
  await admin.connect();
  await removeDeadRuns(admin);
  const template: Template = {
    adminUrl,
    database: run,
    owner: { role: `${run}_owner`, password: randomBytes(16).toString('hex') },
    app: { role: `${run}_app`, password: randomBytes(16).toString('hex') },
  };
  for (const { role, password } of [template.owner, template.app]) await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  await createDatabase(admin, run, template);
  const { ownerUrl, appUrl } = urlsOf(template, run);
  await migrate({ ownerUrl, appUrl });
  return {
    template,
    async remove() {
      await removeRun(admin, run);
      await admin.end();
    },
  };
}

export async function createDatabase(admin: pg.Client, name: string, template: Template, from = 'template1'): Promise<void> {
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from} OWNER ${template.owner.role}`);
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO ${template.app.role}`);
}

export function urlsOf(template: Template, database: string): { ownerUrl: Secret; appUrl: Secret } {
  const as = ({ role, password }: Template['owner']) => {
    const url = new URL(template.adminUrl);
    return new Secret(Object.assign(url, { username: role, password, pathname: `/${database}` }).href);
  };
  return { ownerUrl: as(template.owner), appUrl: as(template.app) };
}

async function removeDeadRuns(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ run: string }>(`
    SELECT DISTINCT substring(rolname from '^(flits_test_.+)_(?:owner|app)$') AS run FROM pg_roles
    WHERE rolname ~ '^flits_test_.+_(owner|app)$'
      AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = substring(rolname from '^(flits_test_.+)_(?:owner|app)$'))`);
  for (const { run } of rows) await removeRun(admin, run);
}

async function removeRun(admin: pg.Client, run: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)', [run]);
  for (const { name } of rows) await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(`${run}_owner`)}, ${pg.escapeIdentifier(`${run}_app`)}`);
}
