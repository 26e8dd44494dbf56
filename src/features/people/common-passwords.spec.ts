import fc from 'fast-check';
import { commonPasswords } from './common-passwords.list.js';
import { isCommonPassword } from './common-passwords.js';

describe('common passwords', () => {
  it.each(
    `password password1 Password123 P@ssw0rd passw0rd1! 12345678 123456789 1234567890 87654321 00000000 11111111 12341234 123123123 qwertyuiop
    qwerty123 qwerty12345 1q2w3e4r 1qaz2wsx zaq12wsx qazwsxedc asdfghjkl zxcvbnm1 q1w2e3r4 1q2w3e4r5t iloveyou iloveyou1 princess princess1 sunshine
    football baseball superman batman123 welcome1 letmein1 trustno1 dragon123 monkey123 abcd1234 abc12345 aaaaaaaa abcabcabc abcdefgh
    michael1 jennifer jordan23 liverpool1 charlie1 whatever starwars computer internet1 samsung1 passwordpassword admin123! changeme1 19871987
    20101990 qwertzuiop azertyuiop hello123 liverpool football1 ashley12 loveme123`.split(/\s+/),
  )('R42: refuses %s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it('R42: refuses each of the 3,000 most common ones, however they are capitalised', () => {
    expect(commonPasswords.size).toBe(3000);
    for (const password of commonPasswords) {
      expect([...password].length).toBeGreaterThanOrEqual(8);
      expect([password, isCommonPassword(password), isCommonPassword(password.toUpperCase())]).toEqual([password, true, true]);
    }
  });

  it.each([
    'correct horse battery staple',
    'tuesday-lamp-orbit',
    'Kx9#mP2$vL',
    'vier kaas broodjes',
    'zeebonk-44-lamp',
    'passwordless future',
    'a'.repeat(64),
    'hunter-of-snarks',
    'ソーシャル写真アプリ',
    'dragonfly wing',
  ])('takes %s', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  it('takes whatever is random and long enough to be varied', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z2-9]{10,16}$/), (password) => {
        fc.pre(new Set(password).size > 6);
        expect(isCommonPassword(password)).toBe(false);
      }),
    );
  });
});
