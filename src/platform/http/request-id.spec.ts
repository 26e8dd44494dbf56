import { requestIdOf } from './request-id.js';

describe('request ids', () => {
  it('keeps a well-formed one', () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'abc-DEF_1.2' } })).toBe('abc-DEF_1.2');
  });

  it.each([undefined, '', 'a b', 'a\nb', 'x'.repeat(65), '{"a":1}', ['a', 'b']])('makes a fresh one instead of %j', (given) => {
    expect(requestIdOf({ headers: { 'x-request-id': given } })).toMatch(/^[0-9a-f-]{36}$/);
  });
});
