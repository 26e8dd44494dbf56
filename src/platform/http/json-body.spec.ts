import fc from 'fast-check';
import { isTooDeep } from './json-body.js';

describe('the depth of JSON', () => {
  it('R49: is bounded, objects and arrays alike', () => {
    expect(isTooDeep('['.repeat(16) + ']'.repeat(16))).toBe(false);
    expect(isTooDeep('['.repeat(17) + ']'.repeat(17))).toBe(true);
    expect(isTooDeep('{"a":'.repeat(17) + '1' + '}'.repeat(17))).toBe(true);
    expect(isTooDeep('['.repeat(60_000))).toBe(true);
  });

  it('is the depth of the value, whatever its strings hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = JSON.stringify(value);
        const depth = depthOf(value);
        expect(isTooDeep(json, depth)).toBe(false);
        if (depth > 0) expect(isTooDeep(json, depth - 1)).toBe(true);
      }),
    );
  });

  it('does not count brackets in strings, escaped quotes included', () => {
    expect(isTooDeep(JSON.stringify({ a: '[[[[{{{{', b: '\\"[[[[\\' }), 1)).toBe(false);
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
