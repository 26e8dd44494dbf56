/**
 * Why an upload is refused for good, after its bytes were seen: the code a client gets in `reason`, and the words for the
 * person who holds the phone.
 */
export const rejections = {
  unsupported_media: 'This is not a photo that can be taken. JPEG, PNG, WebP, AVIF and HEIC are: save it as one of them and send it again.',
  too_many_pixels: 'The photo is too large: at most 64 megapixels, at most 12,000 pixels a side, at most 500 frames.',
  damaged: 'The photo is damaged and cannot be shown. Send another copy of it.',
  bad_encryption: 'The file cannot be decrypted with the key that came with it. Send it again.',
  hash_mismatch: 'What arrived is not what was sent: length or SHA-256 differ. Send it again.',
  poison: 'Looking at this file stopped the decoder, so it is not tried again. Save it anew, for example as JPEG, and send that.',
  too_slow: 'The photo takes too long to decode. Send a smaller one.',
} as const;

export type RejectionReason = keyof typeof rejections;

/** `undefined` for a reason this version does not know: written by a newer one during a rolling start. */
export function wordsFor(reason: string): string | undefined {
  return Object.hasOwn(rejections, reason) ? rejections[reason as RejectionReason] : undefined;
}
