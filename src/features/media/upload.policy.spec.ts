import fc from 'fast-check';
import { encryptedLength } from '../../platform/crypto/index.js';
import { Fault } from '../../platform/faults/index.js';
import { checkUploadRequest, MAX_BYTES, type UploadRequest } from './upload.policy.js';

let isHeicTaken = true;
jest.mock('./pipeline/heic-library.js', () => ({ heicLibrary: () => (isHeicTaken ? {} : undefined) }));

const rules = { PLAIN_UPLOADS: 'allow', SNAP_TTL_SECONDS: 259_200 } as const;
const key = Buffer.alloc(16, 7);
const photo: UploadRequest = {
  kind: 'photo',
  contentType: 'image/jpeg',
  bytes: 1000,
  sha256: '00'.repeat(32),
  encryption: 'aes128gcm',
  key: key.toString('base64url'),
};

function codeOf(change: Partial<UploadRequest>, changedRules: Partial<Record<keyof typeof rules, unknown>> = {}): string {
  try {
    checkUploadRequest({ ...photo, ...change }, { ...rules, ...changedRules } as typeof rules);
    return 'taken';
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

describe('what a phone may announce', () => {
  it('hands on the key, byte for byte', () => {
    expect(checkUploadRequest(photo, rules)).toEqual(key);
    expect(checkUploadRequest({ ...photo, encryption: 'none', key: undefined }, rules)).toBeUndefined();
  });

  it('R22: refuses HEIC at once where there is no decoder for it', () => {
    for (const contentType of ['image/heic', 'image/heif', 'image/heic-sequence']) expect(codeOf({ contentType })).toBe('taken');
    isHeicTaken = false;
    for (const contentType of ['image/heic', 'image/heif', 'image/heic-sequence'])
      expect(codeOf({ contentType })).toBe('unsupported_media');
    expect(codeOf({ contentType: 'image/jpeg' })).toBe('taken');
  });

  it('takes any 16 bytes as a key and no other number of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(codeOf({ key: Buffer.from(bytes).toString('base64url') })).toBe(bytes.length === 16 ? 'taken' : 'bad_encryption');
      }),
    );
  });

  it.each([
    ['none at all', undefined],
    ['padding', `${key.toString('base64url')}==`],
    ['the other base64', Buffer.alloc(16, 0xff).toString('base64').replace(/=+$/, '')],
    ['bits that mean nothing', `${key.toString('base64url').slice(0, -1)}x`],
    ['a blank in it', `${key.toString('base64url').slice(0, 10)} ${key.toString('base64url').slice(10)}`],
  ])('refuses a key with %s', (_, given) => {
    expect(codeOf({ key: given })).toBe('bad_encryption');
  });

  it('refuses plain uploads where it is told to, and a key that encrypts nothing', () => {
    expect(codeOf({ encryption: 'none', key: undefined }, { PLAIN_UPLOADS: 'refuse' })).toBe('bad_encryption');
    expect(codeOf({ encryption: 'none' })).toBe('bad_encryption');
    expect(codeOf({ encryption: 'sealed' })).toBe('bad_encryption');
  });

  it.each(['photo', 'clip', 'voice'] as const)('takes so many bytes of a %s, whatever encryption adds, and not one more', (kind) => {
    expect(codeOf({ kind, bytes: encryptedLength(MAX_BYTES[kind]) })).toBe('taken');
    expect(codeOf({ kind, bytes: encryptedLength(MAX_BYTES[kind]) + 1 })).toBe('too_large');
    expect(codeOf({ kind, encryption: 'none', key: undefined, bytes: MAX_BYTES[kind] })).toBe('taken');
    expect(codeOf({ kind, encryption: 'none', key: undefined, bytes: MAX_BYTES[kind] + 1 })).toBe('too_large');
  });

  it('refuses what is too short to be an encrypted file', () => {
    expect(codeOf({ bytes: encryptedLength(1) })).toBe('taken');
    expect(codeOf({ bytes: encryptedLength(0) })).toBe('bad_encryption');
  });

  it.each([
    [undefined, 259_200, 'taken'],
    [60, 259_200, 'taken'],
    [259_200, 259_200, 'taken'],
    [59, 259_200, 'ttl_out_of_range'],
    [259_201, 259_200, 'ttl_out_of_range'],
    [-60, 259_200, 'ttl_out_of_range'],
    [0, 259_200, 'ttl_out_of_range'],
    [Number.NaN, 259_200, 'ttl_out_of_range'],
    [5, 5, 'taken'],
    [4, 5, 'ttl_out_of_range'],
    [60, 5, 'ttl_out_of_range'],
  ])('R47: ttl_seconds %s under a ceiling of %s: %s', (ttlSeconds, SNAP_TTL_SECONDS, outcome) => {
    expect(codeOf({ ttlSeconds }, { SNAP_TTL_SECONDS })).toBe(outcome);
  });
});
