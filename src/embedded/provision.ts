import pg from 'pg';
import type { Passwords, RoleName } from './passwords.js';

export const DATABASE = 'flits';

export function connectionUrl({
  port,
  passwords,
  role,
  database = DATABASE,
}: {
  port: number;
  passwords: Passwords;
  role: RoleName;
  database?: string;
}): string {
  return `postgres://${role}:${encodeURIComponent(passwords[role])}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes what is missing: the owner (migrates; owns the database), the application's role (may connect; the rest is granted
 * by the migrator) and the database. Repeatable, so a start that was cut short is made good by the next.
 */
export async function provision(port: number, passwords: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: connectionUrl({ port, passwords, role: 'flits_super', database: 'postgres' }) });
  await client.connect();
  try {
    for (const role of ['flits_owner', 'flits_app'] as const) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(passwords[role])}`);
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER flits_owner`);
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO flits_app`);
  } finally {
    await client.end();
  }
}
