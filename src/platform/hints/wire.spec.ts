import fc from 'fast-check';
import type { Hint } from './hints.js';
import { readHints, writeHints } from './wire.js';

const hint: fc.Arbitrary<Hint> = fc.oneof(
  fc.record({ kind: fc.constant('events' as const), personId: fc.string(), seq: fc.nat() }),
  fc.record({ kind: fc.constant('events' as const), personId: fc.string(), seq: fc.nat(), requestId: fc.string() }),
  fc.record({ kind: fc.constant('sessions_ended' as const), deviceIds: fc.array(fc.string()) }),
);

describe('hints on the wire', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(fc.array(hint), (hints) => expect(readHints(writeHints(hints))).toEqual({ hints, malformed: 0 })));
  });

  it('are found among anything else, which is counted', () => {
    fc.assert(
      fc.property(hint, fc.array(fc.jsonValue()), (one, others) => {
        const strangers = others.filter((other) => !['events', 'sessions_ended'].includes((other as { kind?: string } | null)?.kind ?? ''));
        expect(readHints(JSON.stringify([...strangers, one]))).toEqual({ hints: [one], malformed: strangers.length });
      }),
    );
  });

  it('no message makes the reader throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (message) => expect(() => readHints(message)).not.toThrow()));
  });
});
