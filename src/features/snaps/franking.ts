import { createHash } from 'node:crypto';
import { hmac, type MasterKeys } from '../../platform/crypto/index.js';
import type { Words } from './words.js';

/** The key of every tag: for whoever hands out, and for whoever checks a copy. */
export function frankingKeyOf(masterKeys: MasterKeys): Buffer {
  return masterKeys.derive('franking v1');
}

/**
 * `HMAC-SHA-256(franking key, snap id ‖ sender ‖ recipient ‖ SHA-256 of what was handed out)`, base64: lets a later report
 * show that the reporter's own copy is what was sent, by whom, to whom (design, "Franking").
 * @param handedOut the object's ciphertext hash and the words, as given to the recipient
 */
export function frankingTag(key: Buffer, snap: { id: string; senderId: string; recipientId: string }, handedOut: string): string {
  const digest = createHash('sha256').update(handedOut).digest();
  return hmac(key, snap.id, snap.senderId, snap.recipientId, digest).toString('base64');
}

/** What a tag speaks of. @param sha256 of the ciphertext, lower hex; `null` where there are words alone */
export function handedOutOf(sha256: string | null, { text, caption, alt }: Words): string {
  return JSON.stringify([sha256, text ?? null, caption ?? null, alt ?? null]);
}
