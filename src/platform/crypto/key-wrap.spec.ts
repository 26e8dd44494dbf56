import { createDecipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { sealKey, unsealKey } from './key-wrap.js';

const wrapping = randomBytes(32);
const key = randomBytes(16);

describe('sealKey and unsealKey', () => {
  it('what is sealed unseals under the same key and binding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'grapheme' }), (bytes, boundTo) => {
        const sealed = sealKey(wrapping, Buffer.from(bytes), boundTo);
        expect(sealed.length).toBe(bytes.length + 28);
        expect(unsealKey(wrapping, sealed, boundTo)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('is AES-256-GCM as written: nonce, ciphertext, tag', () => {
    const sealed = sealKey(wrapping, key, 'name');
    const decipher = createDecipheriv('aes-256-gcm', wrapping, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from('name')).setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])).toEqual(key);
  });

  it('any flipped bit, any cut, another binding, another wrapping key', () => {
    const sealed = sealKey(wrapping, key, 'name');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unsealKey(wrapping, changed, 'name')).toThrow('does not open');
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => unsealKey(wrapping, sealed.subarray(0, length), 'name')).toThrow('the sealed key');
    }
    expect(() => unsealKey(wrapping, sealed, 'other')).toThrow('does not open');
    expect(() => unsealKey(randomBytes(32), sealed, 'name')).toThrow('does not open');
  });

  it('never twice the same bytes', () => {
    expect(sealKey(wrapping, key, 'name').equals(sealKey(wrapping, key, 'name'))).toBe(false);
  });

  it('a wrapping key of another length is a fault of the caller', () => {
    expect(() => sealKey(Buffer.alloc(16), key, 'name')).toThrow(RangeError);
    expect(() => unsealKey(Buffer.alloc(16), Buffer.alloc(60), 'name')).toThrow(RangeError);
  });
});
