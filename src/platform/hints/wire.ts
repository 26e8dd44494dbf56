import { z } from 'zod';
import type { Hint } from './hints.js';

/** What a hint looks like on the channel: a JSON array of these, so that many cost Redis one message. */
const hint = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('events'), personId: z.string(), seq: z.number().int(), requestId: z.string().optional() }),
  z.object({ kind: z.literal('sessions_ended'), deviceIds: z.array(z.string()) }),
]);

/**
 * Another version of this program may be on the channel, or anyone with access to Redis: what is no hint is left out.
 * @returns the readable ones, and how many were not (a message that is no array counts as one)
 */
export function readHints(message: string): { hints: Hint[]; malformed: number } {
  let members: unknown;
  try {
    members = JSON.parse(message);
  } catch {
    members = undefined;
  }
  if (!Array.isArray(members)) return { hints: [], malformed: 1 };
  const hints = members.flatMap((member): Hint[] => {
    const { success, data } = hint.safeParse(member);
    return success ? [data] : [];
  });
  return { hints, malformed: members.length - hints.length };
}

export function writeHints(hints: readonly Hint[]): string {
  return JSON.stringify(hints);
}
