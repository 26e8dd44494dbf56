/**
 * Why an upload is refused for good, after its bytes were seen: the code a client gets in `reason`, and the words for the
 * person who holds the phone.
 */
export const rejections = {
  unsupported_media:
    'This file cannot be taken. Photos: JPEG, PNG, WebP, AVIF or HEIC. Clips: MP4, MOV or WebM. Voice: WebM, Ogg or MP4. Save it as one of them and send it again.',
  too_many_pixels:
    'The picture is too large. Photos: at most 64 megapixels, 12,000 pixels a side, 500 frames. Clips: at most 4,096 pixels a side.',
  too_long: 'The recording is too long: at most 60 seconds. Send a shorter one.',
  hdr_not_taken:
    'This server cannot show HDR clips. Switch HDR video off in the camera’s settings, or save the clip without it, and send that.',
  too_many_frames: 'The clip has too many pictures: at most 7,200, and 240 a second. Send a shorter one.',
  too_many_tracks: 'The recording has too many tracks. Save it anew with one picture and one sound, and send that.',
  damaged: 'The file is damaged and cannot be shown. Send another copy of it.',
  bad_encryption: 'The file cannot be decrypted with the key that came with it. Send it again.',
  hash_mismatch: 'What arrived is not what was sent: length or SHA-256 differ. Send it again.',
  poison: 'Looking at this file stopped the decoder, so it is not tried again. Save it anew, for example as JPEG or MP4, and send that.',
  too_slow: 'The file takes too long to decode. Send a smaller one.',
} as const;

export type RejectionReason = keyof typeof rejections;

/** `undefined` for a reason this version does not know: written by a newer one during a rolling start. */
export function wordsFor(reason: string): string | undefined {
  return Object.hasOwn(rejections, reason) ? rejections[reason as RejectionReason] : undefined;
}
