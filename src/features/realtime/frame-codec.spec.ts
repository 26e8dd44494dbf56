import fc from 'fast-check';
import { decodeFrame, encodeEvent, eventFrameText } from './frame-codec.js';
import { clientFrame, eventFrame } from './frames.js';

describe('decodeFrame', () => {
  it.each([
    { op: 'identify', token: 'a.b.c' },
    { op: 'identify', token: 'a.b.c', after: 7 },
    { op: 'resume', after: 0 },
    { op: 'ack', seq: 2 ** 32 + 5 },
    { op: 'ack', seq: Number.MAX_SAFE_INTEGER },
    { op: 'heartbeat' },
  ])('reads %j, however it is written', (frame) => {
    expect(decodeFrame(JSON.stringify(frame))).toEqual(frame);
    expect(decodeFrame(JSON.stringify(frame, null, 1))).toEqual(frame);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half a frame', '{"op":"ack","seq":'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['an unknown op', '{"op":"shout"}'],
    ['no op', '{"seq":1}'],
    ['an unknown field', '{"op":"ack","seq":1,"sender_id":"x"}'],
    ['a prototype', '{"op":"ack","seq":1,"__proto__":{"a":1}}'],
    ['a fraction', '{"op":"ack","seq":1.5}'],
    ['a negative number', '{"op":"ack","seq":-1}'],
    ['a number beyond exactness', '{"op":"ack","seq":1e300}'],
    ['a number of more digits than are exact', '{"op":"ack","seq":9999999999999999}'],
    ['a number that JSON does not have', '{"op":"ack","seq":01}'],
    ['a number as text', '{"op":"ack","seq":"1"}'],
    ['no token', '{"op":"identify"}'],
    ['an endless token', JSON.stringify({ op: 'identify', token: 'x'.repeat(5000) })],
  ])('R49: refuses %s', (_, text) => {
    expect(decodeFrame(text)).toBeUndefined();
  });

  it('R49: refuses a hostile depth before parsing it', () => {
    const parse = jest.spyOn(JSON, 'parse');
    expect(decodeFrame('['.repeat(60_000))).toBeUndefined();
    expect(decodeFrame(`{"op":"ack","seq":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)).toBeUndefined();
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('does not take brackets inside words for depth', () => {
    expect(decodeFrame(JSON.stringify({ op: 'identify', token: '{[{["\\[[[{{{' }))).toEqual({ op: 'identify', token: '{[{["\\[[[{{{' });
  });

  it('R49: whatever comes is a frame of the protocol or undefined, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 8 })), (text) => {
        const frame = decodeFrame(text);
        expect(frame === undefined || clientFrame.safeParse(frame).success).toBe(true);
      }),
    );
  });
});

describe('eventFrameText', () => {
  it('is the JSON of an event frame, whatever the data', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (seq, prev, data) => {
        const event = { seq, type: 'snap.received' as const, at: '2026-11-20T00:00:00.000Z', data };
        const frame: unknown = JSON.parse(eventFrameText(encodeEvent(event), prev));
        expect(frame).toEqual({
          op: 'event',
          seq,
          prev,
          type: event.type,
          at: event.at,
          data: JSON.parse(JSON.stringify(data)) as unknown,
        });
        expect(eventFrame.safeParse(frame).success).toBe(true);
      }),
    );
  });
});
