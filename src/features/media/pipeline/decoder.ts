import { MediaRejected } from '../media-rejected.js';
import type { RejectionReason } from '../media-rejections.js';
import { makePhoto, type Photo } from './photo.js';

/**
 * The main line of a decoder process: one file in, one photo out, again and again (decoder-process.ts is its other end). What
 * a hostile file does to libvips, it does here: this process has no secret, no connection, and nothing to lose.
 */
export type DecoderAnswer =
  | { readonly kind: 'started' }
  | { readonly kind: 'photo'; readonly photo: Photo }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  | { readonly kind: 'failed'; readonly message: string };

process.on('message', ({ file }: { file: Buffer }) => void answerTo(file).then(say));
// Ctrl-C reaches the whole group; whoever started us decides when we end. When it is gone so are we, in the middle of a file too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
say({ kind: 'started' });

async function answerTo(file: Buffer): Promise<DecoderAnswer> {
  try {
    return { kind: 'photo', photo: await makePhoto(file) };
  } catch (error) {
    if (error instanceof MediaRejected) return { kind: 'rejected', reason: error.reason };
    return { kind: 'failed', message: error instanceof Error ? error.message : 'not an Error was thrown' };
  }
}

function say(answer: DecoderAnswer): void {
  process.send?.(answer);
}
