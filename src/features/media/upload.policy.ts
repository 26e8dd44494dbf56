import type { Config } from '../../platform/config/index.js';
import { BLOB_KEY_BYTES, encryptedLength } from '../../platform/crypto/index.js';
import { checkTtl } from '../expiry/index.js';
import { MediaErrors } from './media.errors.js';
import { heicLibrary } from './pipeline/heic-library.js';
import type { UploadEncryption, UploadKind } from './upload.states.js';

/** Bytes of the file itself (MB = 10^6); what encryption adds comes on top. */
export const MAX_BYTES: Readonly<Record<UploadKind, number>> = { photo: 10_000_000, clip: 120_000_000, voice: 2_000_000 };

/** What a phone announces before it PUTs. */
export interface UploadRequest {
  readonly kind: UploadKind;
  /** What the phone takes the file for. */
  readonly contentType: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** `sealed` is reserved for snaps that the server cannot read. */
  readonly encryption: UploadEncryption | 'sealed';
  /** base64url, without padding. */
  readonly key?: string;
  readonly ttlSeconds?: number;
}

const HEIC = /^image\/hei[cf](-sequence)?$/;

type Rules = Pick<Config, 'PLAIN_UPLOADS' | 'SNAP_TTL_SECONDS'>;

/**
 * Refuses what could never become a snap, before a row or an object exists.
 * @returns the phone's one-time key, 16 bytes, where it encrypts
 * @throws Fault unsupported_media, bad_encryption, too_large, ttl_out_of_range
 */
export function checkUploadRequest(request: UploadRequest, rules: Rules): Buffer | undefined {
  // Believed only where it speaks against the file, so that nobody sends 10 MB to hear it.
  if (HEIC.test(request.contentType) && !heicLibrary()) throw MediaErrors.heicNotTaken();
  const clientKey = checkKey(request, rules);
  checkBytes(request);
  checkTtl(request.ttlSeconds, rules);
  return clientKey;
}

function checkKey({ encryption, key }: UploadRequest, { PLAIN_UPLOADS }: Rules): Buffer | undefined {
  if (encryption === 'sealed') throw MediaErrors.sealedNotTaken();
  if (encryption === 'none') {
    if (PLAIN_UPLOADS === 'refuse') throw MediaErrors.plainRefused();
    if (key !== undefined) throw MediaErrors.keyWithoutEncryption();
    return undefined;
  }
  const bytes = Buffer.from(key ?? '', 'base64url');
  // Compared as text: the decoder skips what is no base64url and takes several spellings of the same bytes.
  // eslint-disable-next-line no-restricted-syntax -- a key with itself, spelled anew
  if (bytes.length !== BLOB_KEY_BYTES || bytes.toString('base64url') !== key) throw MediaErrors.keyWrong();
  return bytes;
}

function checkBytes({ kind, encryption, bytes }: UploadRequest): void {
  const isEncrypted = encryption === 'aes128gcm';
  const most = isEncrypted ? encryptedLength(MAX_BYTES[kind]) : MAX_BYTES[kind];
  if (bytes > most) throw MediaErrors.tooLarge(kind, MAX_BYTES[kind] / 1_000_000);
  const least = isEncrypted ? encryptedLength(1) : 1;
  if (bytes < least) throw MediaErrors.tooShort(least);
}
