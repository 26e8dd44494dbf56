import type { DataSource } from 'typeorm';
import { APPEND_ONLY } from './migrator.js';

/** What the role of a connection is, and what it may do beyond what Flits needs (R34). */
export interface RoleFacts {
  readonly name: string;
  /** In words: `is a superuser`, `may change or delete rows of the public log`. Empty where all is well. */
  readonly excess: readonly string[];
}

/** Predefined roles that reach past every grant. */
const PREDEFINED = [
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
] as const;

/** On a database that is migrated. */
export async function readRoleFacts(source: DataSource): Promise<RoleFacts> {
  const [row] = await source.query<{ name: string; excess: Record<string, boolean>; member_of: string[] }[]>(
    `SELECT rolname AS name, json_build_object(
       'is a superuser', rolsuper, 'may make roles', rolcreaterole, 'may make databases', rolcreatedb,
       'may replicate', rolreplication, 'bypasses row security', rolbypassrls,
       'may change or delete rows of the public log and the audit',
         EXISTS (SELECT 1 FROM unnest($1::text[]) AS t WHERE has_table_privilege(t, 'UPDATE') OR has_table_privilege(t, 'DELETE')),
       'owns tables it should only use',
         (SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'mortal.snaps'::regclass),
       'may make tables of its own', has_schema_privilege('public', 'CREATE') OR has_schema_privilege('mortal', 'CREATE')
     ) AS excess,
     array(SELECT r FROM unnest($2::text[]) AS r WHERE NOT rolsuper AND pg_has_role(current_user, r, 'MEMBER')) AS member_of
     FROM pg_roles WHERE rolname = current_user`,
    [APPEND_ONLY, [...PREDEFINED]],
  );
  if (!row) throw new Error('the database does not know the role of this connection');
  const powers = Object.entries(row.excess).flatMap(([words, is]) => (is ? [words] : []));
  // A superuser is all of the rest as well.
  const excess = row.excess['is a superuser'] ? ['is a superuser'] : [...powers, ...row.member_of.map((role) => `is a member of ${role}`)];
  return { name: row.name, excess };
}
