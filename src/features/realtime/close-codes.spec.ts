import { closeCodes } from './close-codes.js';

describe('close codes', () => {
  it.each(Object.entries(closeCodes))('%s has a number of its own and a reason that fits into a close frame', (name, { code, reason }) => {
    expect(Object.entries(closeCodes).filter(([, other]) => other.code === code)).toEqual([
      [name, closeCodes[name as keyof typeof closeCodes]],
    ]);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123); // RFC 6455 §5.5: 125 with the code
  });

  it('are those of the contract', () => {
    const codes = Object.values(closeCodes).map(({ code }) => code);
    expect(codes).toEqual([1009, 1012, 4400, 4401, 4403, 4406, 4408, 4409, 4410, 4429]);
  });
});
