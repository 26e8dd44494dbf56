import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Asks the system to forget what it holds of a folder's files (posix_fadvise DONTNEED, through GNU dd, "iflag=nocache").
 * Clean pages of these files alone; nobody else's.
 */
export async function evict(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    // A file that PostgreSQL removed meanwhile is as forgotten as it gets.
    await run('dd', [`if=${join(folder, name)}`, 'iflag=nocache', 'count=0', 'status=none']).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new Error('GNU dd is needed to empty the cache: set BENCH_CACHED=1 to measure without', { cause: error });
    });
  }
}
