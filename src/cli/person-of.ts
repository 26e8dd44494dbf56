import type { Database } from '../platform/database/index.js';
import { CliError } from './cli-error.js';

/** @returns the id of whoever has this handle @throws CliError where nobody has */
export async function personOf(database: Pick<Database, 'query'>, handle: string): Promise<string> {
  const [person] = await database.query<{ id: string }>('SELECT id FROM people WHERE handle = $1 AND deleted_at IS NULL', [handle]);
  if (!person) throw new CliError('Nobody here has this handle.');
  return person.id;
}
