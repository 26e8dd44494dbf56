import { HANDLE, isReserved } from './handle.js';

describe('handles', () => {
  it.each(['abc', 'a_b.c', '007', 'x'.repeat(24), '...'])('%s is one', (handle) => expect(HANDLE.test(handle)).toBe(true));
  it.each(['ab', 'x'.repeat(25), 'Alice', 'a b', 'a-b', 'zoë', 'abc\n', '', 'a\0bc'])('%j is none', (handle) =>
    expect(HANDLE.test(handle)).toBe(false),
  );
  it.each(['admin', 'ad.min', '_support_', 'flits', 'me.'])('%s is reserved', (handle) => expect(isReserved(handle)).toBe(true));
  it.each(['alice', 'bob', 'administer', 'testperson'])('%s is free', (handle) => expect(isReserved(handle)).toBe(false));
});
