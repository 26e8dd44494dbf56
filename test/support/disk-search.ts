import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where any of these bytes stand in any file below a folder, whatever kind of file: `name: path`. */
export async function searchDisk(folder: string, canaries: ReadonlyMap<string, Buffer>): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A file may go while we look: then nothing is in it.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const [name, canary] of canaries) if (bytes.includes(canary)) found.push(`${name}: ${path}`);
  }
  return found;
}

/** Pieces of something, so that a part of it is found as well; from its middle, which is its own. */
export function piecesOf(name: string, bytes: Buffer, count = 4, length = 48): [string, Buffer][] {
  const step = Math.floor((bytes.length - length) / (count + 1));
  return Array.from({ length: count }, (_, n) => [`${name} ${n}`, bytes.subarray((n + 1) * step, (n + 1) * step + length)]);
}
