import fc from 'fast-check';
import { Hours } from './hours.js';
import { Ids, Random } from './ids.js';

/** Any B and T that a server may be configured with: T to 72 h, at most 72 hours in it. */
const hours = fc
  .integer({ min: 1, max: 259_200 })
  .chain((ttlSeconds) => fc.tuple(fc.constant(ttlSeconds), fc.integer({ min: Math.ceil(ttlSeconds / 72), max: ttlSeconds })))
  .map(([ttlSeconds, bucketSeconds]) => new Hours({ bucketSeconds, ttlSeconds }));
const accepted = fc.integer({ min: 0, max: 2 ** 43 });
/** How much of T a sender asked for, from a millisecond to beyond the ceiling; or nothing. */
const share = fc.option(fc.double({ min: 0, max: 1.5, noNaN: true }), { nil: undefined });

const ttlOf = ({ ttlMs }: Hours, part: number | undefined) => (part === undefined ? undefined : Math.max(1, Math.round(part * ttlMs)));

describe('R47: deadlines', () => {
  it('are after acceptance and never above the ceiling, whatever was asked', () => {
    fc.assert(
      fc.property(hours, accepted, share, (rule, time, part) => {
        const ttl = ttlOf(rule, part);
        const deadline = rule.deadline(time, ttl);
        expect(deadline).toBeGreaterThan(time);
        expect(deadline).toBeLessThanOrEqual(time + rule.ttlMs);
        if (ttl !== undefined) expect(deadline).toBeLessThanOrEqual(time + ttl);
      }),
    );
  });

  it('never outlive the upload they show', () => {
    fc.assert(
      fc.property(hours, accepted, share, fc.nat({ max: 80 }), (rule, time, part, ahead) => {
        const uploadLabel = rule.ceil(time) + ahead * rule.bucketMs;
        const deadline = rule.deadline(time, ttlOf(rule, part), uploadLabel);
        expect(deadline).toBeLessThanOrEqual(uploadLabel);
        expect(rule.label(deadline)).toBeLessThanOrEqual(uploadLabel);
        expect(deadline).toBe(Math.min(uploadLabel, rule.deadline(time, ttlOf(rule, part))));
      }),
    );
  });

  it('without a ttl are the last full hour before the ceiling: everything of an hour dies together', () => {
    fc.assert(
      fc.property(hours, accepted, (rule, time) => {
        const deadline = rule.deadline(time);
        expect(deadline % rule.bucketMs).toBe(0);
        expect(rule.label(deadline)).toBe(deadline);
        expect(time + rule.ttlMs - deadline).toBeLessThan(rule.bucketMs);
      }),
    );
  });

  it('a ttl below the last full hour is kept to the millisecond', () => {
    const rule = new Hours({ bucketSeconds: 3600, ttlSeconds: 259_200 });
    expect(rule.deadline(1_700_000_000_123, 60_000)).toBe(1_700_000_060_123);
    expect(rule.deadline(1_700_000_000_123, 259_200_000)).toBe(rule.deadline(1_700_000_000_123));
  });
});

describe('labels', () => {
  it('are the end of the hour in which the deadline lies', () => {
    fc.assert(
      fc.property(hours, accepted, share, (rule, time, part) => {
        const deadline = rule.deadline(time, ttlOf(rule, part));
        const label = rule.label(deadline);
        expect(label).toBeGreaterThanOrEqual(deadline);
        expect(label - deadline).toBeLessThan(rule.bucketMs);
        expect(label % rule.bucketMs).toBe(0);
      }),
    );
  });

  it('R2: keys, too, are gone by the ceiling', () => {
    fc.assert(
      fc.property(hours, accepted, share, (rule, time, part) => {
        expect(rule.label(rule.deadline(time, ttlOf(rule, part)))).toBeLessThanOrEqual(time + rule.ttlMs);
      }),
    );
  });

  it('at most 72 hours live at once: what is accepted now dies in one of the next', () => {
    fc.assert(
      fc.property(hours, accepted, share, (rule, time, part) => {
        const ahead = (rule.label(rule.deadline(time, ttlOf(rule, part))) - rule.floor(time)) / rule.bucketMs;
        expect(ahead).toBeGreaterThanOrEqual(1);
        expect(ahead).toBeLessThanOrEqual(72);
      }),
    );
  });
});

describe('floor and ceil', () => {
  it('enclose a time by less than an hour, and leave an hour as it is', () => {
    fc.assert(
      fc.property(hours, accepted, (rule, time) => {
        expect(rule.floor(time)).toBeLessThanOrEqual(time);
        expect(rule.ceil(time)).toBeGreaterThanOrEqual(time);
        expect([0, rule.bucketMs]).toContain(rule.ceil(time) - rule.floor(time));
        expect(rule.floor(rule.floor(time))).toBe(rule.floor(time));
        expect(rule.ceil(rule.floor(time))).toBe(rule.floor(time));
      }),
    );
  });
});

describe('labelOf', () => {
  const ids = new Ids(new Random());

  it('reads the ids that carry an hour of this server, and no others', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 2 ** 43 }), (rule, time) => {
        const label = rule.ceil(time);
        expect(rule.labelOf(ids.mortal(label))).toBe(label);
        if (time !== label) expect(rule.labelOf(ids.mortal(time))).toBeUndefined();
      }),
    );
  });

  it('label 0, other UUIDs and no UUIDs are none of ours', () => {
    const rule = new Hours({ bucketSeconds: 1, ttlSeconds: 60 });
    for (const id of [ids.mortal(0), ids.lasting(), '', 'nonsense']) expect(rule.labelOf(id)).toBeUndefined();
  });
});

describe('Ids', () => {
  it('mortal ids of one hour differ, lasting ones are UUIDv4', () => {
    const ids = new Ids(new Random());
    expect(new Set(Array.from({ length: 1000 }, () => ids.mortal(3_600_000))).size).toBe(1000);
    expect(ids.lasting()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
