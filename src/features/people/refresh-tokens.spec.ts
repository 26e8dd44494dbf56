import fc from 'fast-check';
import { Secret } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { RefreshTokens } from './refresh-tokens.js';

const tokensOf = (byte: number) => new RefreshTokens(new MasterKeys(new Secret(Buffer.alloc(32, byte).toString('base64'))));
const tokens = tokensOf(7);

describe('refresh tokens', () => {
  it('carry what they were made of', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (deviceId, generation) => {
        expect(tokens.read(tokens.make({ deviceId, generation }))).toEqual({ deviceId, generation });
      }),
    );
  });

  it('are the same again for the same generation: a lost answer can be given twice', () => {
    const claims = { deviceId: '4cfdb4de-e13a-4e59-a5f5-c6737d1dae28', generation: 3 };
    expect(tokens.make(claims)).toBe(tokens.make(claims));
  });

  it('R62: no changed byte, no other spelling, no other key passes', () => {
    const token = tokens.make({ deviceId: '4cfdb4de-e13a-4e59-a5f5-c6737d1dae28', generation: 3 });
    const bytes = Buffer.from(token, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      expect(tokens.read(changed.toString('base64url'))).toBeUndefined();
    }
    for (const other of ['', 'x', `${token}=`, `${token}A`, ` ${token}`, token.slice(0, -1), bytes.toString('base64')]) {
      if (other !== token) expect(tokens.read(other)).toBeUndefined();
    }
    expect(tokensOf(8).read(token)).toBeUndefined();
  });
});
