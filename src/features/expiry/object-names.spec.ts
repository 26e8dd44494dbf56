import fc from 'fast-check';
import { Random } from '../../platform/ids/index.js';
import { hourPrefixes, objectName, objectShards } from './object-names.js';

describe('object names', () => {
  it('R8: every object of an hour lies under one of its prefixes, with 128 random bits and nobody’s id', () => {
    const random = new Random();
    const hour = fc.record({
      label: fc.integer({ min: 1, max: 2 ** 47 }),
      bucketMs: fc.integer({ min: 1000, max: 259_200_000 }),
      incoming: fc.boolean(),
    });
    fc.assert(
      fc.property(hour, ({ label, bucketMs, incoming }) => {
        const shards = objectShards({ bucketMs });
        const name = objectName(label, random, { incoming, shards });
        expect(hourPrefixes(label, shards).filter((prefix) => name.startsWith(prefix))).toHaveLength(1);
        expect(name).toMatch(/^[0-9a-f]{2}\/\d+\/(incoming\/)?[0-9a-f]{32}$/);
      }),
    );
  });

  it.each([
    [1000, 1],
    [50_000, 3],
    [3_600_000, 256],
    [259_200_000, 256],
  ])('an hour of %i ms is spread over %i prefixes', (bucketMs, shards) => {
    expect(objectShards({ bucketMs })).toBe(shards);
  });
});
