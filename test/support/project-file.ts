import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const root = join(__dirname, '../..');

/** @param path below the project's folder */
export function readProjectFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
