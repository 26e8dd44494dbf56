import { Random } from '../../platform/ids/index.js';
import { RecoveryCodes } from './recovery-codes.js';

const codes = new RecoveryCodes(new Random());

describe('recovery codes', () => {
  it('have 25 letters that cannot be misread, in groups', () => {
    for (let n = 0; n < 50; n += 1) expect(codes.make().code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
  });

  it('are matched however they were typed', () => {
    const { code, hash } = codes.make();
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replace('1', 'l').replace('1', 'I');
    expect(codes.matches(typed, hash)).toBe(true);
    expect(codes.matches(code.replaceAll('-', ''), hash)).toBe(true);
  });

  it('differ, and match no other', () => {
    const made = Array.from({ length: 200 }, () => codes.make());
    expect(new Set(made.map(({ code }) => code)).size).toBe(200);
    expect(codes.matches(made[0]!.code, made[1]!.hash)).toBe(false);
    expect(codes.matches('', made[0]!.hash)).toBe(false);
  });

  it('are kept as a hash that does not contain them', () => {
    const { code, hash } = codes.make();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash.toUpperCase()).not.toContain(code.slice(0, 5));
  });
});
