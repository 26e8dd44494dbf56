import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MediaRejected } from '../../media-rejected.js';

/** In open(2): a link is not followed, a pipe is not waited for. */
const PLAINLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads what a child wrote. The folder is the child's: one that a file has taken over could leave a link there to something that
 * only we may read, and have it sent to its owner.
 * @throws MediaRejected damaged where it is not there, no plain file, or above `maxBytes`
 */
export async function readMade(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, PLAINLY).catch((error: unknown) => {
    throw new MediaRejected('damaged', { cause: error });
  });
  try {
    const { size, nlink } = await file.stat().then((found) => (found.isFile() ? found : { size: Infinity, nlink: 0 }));
    if (size > maxBytes || nlink !== 1) throw new MediaRejected('damaged');
    return await file.readFile();
  } finally {
    await file.close();
  }
}
