import { Fault } from '../../platform/faults/index.js';

/** Every way in which this feature refuses, in words for a person. */
export const MediaErrors = {
  notFound: () => new Fault('not_found', 'There is nothing here for you.'),
  expired: () => new Fault('upload_expired', 'This upload is past its time.'),
  incomplete: () => new Fault('upload_incomplete', 'The bytes of this upload are not there, or not all of them. PUT them first.'),
  completed: () => new Fault('upload_used', 'This upload has its bytes already; another PUT would change nothing.'),
  heicNotTaken: () => new Fault('unsupported_media', 'This server cannot decode HEIC. Save the photo as JPEG and send it again.'),
  tooLarge: (kind: string, megabytes: number) => new Fault('too_large', `A ${kind} may have at most ${megabytes} MB.`),
  quotaExceeded: (seconds: number) =>
    new Fault('quota_exceeded', 'You have uploaded as much as one person may in 24 hours.', { retryAfterSeconds: seconds }),
  busy: () => new Fault('unavailable', 'Too many uploads wait to be processed. Try again in a moment.', { retryAfterSeconds: 30 }),
  keyWrong: () => new Fault('bad_encryption', 'aes128gcm needs a key: 16 random bytes in base64url, without padding.'),
  keyWithoutEncryption: () => new Fault('bad_encryption', 'A key goes with encryption "aes128gcm" alone.'),
  plainRefused: () => new Fault('bad_encryption', 'This server takes encrypted uploads alone: encryption must be "aes128gcm".'),
  sealedNotTaken: () => new Fault('bad_encryption', 'This server takes no sealed uploads: encryption must be "aes128gcm".'),
  tooShort: (bytes: number) => new Fault('bad_encryption', `Fewer than ${bytes} bytes cannot be an aes128gcm file.`),
};
