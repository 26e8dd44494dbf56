import fc from 'fast-check';
import { line, text, uuid } from './text.js';

const codesOf = (schema: ReturnType<typeof text>, value: string) =>
  schema.safeParse(value).error?.issues.map((issue) => (issue.code === 'custom' ? (issue.params?.code as string) : issue.code)) ?? [];

describe('text', () => {
  it('counts code points, not code units', () => {
    expect(codesOf(text(3), '👩🏽‍🚀'.slice(0, 4))).toEqual([]); // two code points, four units
    expect(codesOf(text(3), '😀😀😀')).toEqual([]);
    expect(codesOf(text(3), '😀😀😀a')).toEqual(['too_big']);
    expect(codesOf(text(9, 2), '😀')).toEqual(['too_small']);
    expect(codesOf(text(9), '')).toEqual(['too_small']);
  });

  it('R58: refuses what PostgreSQL cannot hold or would change', () => {
    expect(codesOf(text(9), 'a\0b')).toEqual(['nul_character']);
    expect(codesOf(text(9), 'a\ud83d')).toEqual(['lone_surrogate']);
    expect(codesOf(text(9), '\ude00\ud83d')).toEqual(['lone_surrogate']);
  });

  it('takes all other well-formed text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (value) => {
        fc.pre(!value.includes('\0'));
        expect(text(40).parse(value)).toBe(value);
      }),
    );
  });

  it('a line has no control characters and shows something', () => {
    expect(codesOf(line(9), 'Zoë 😀')).toEqual([]);
    expect(codesOf(line(9), 'a\nb')).toEqual(['control_character']);
    expect(codesOf(line(9), 'a\u2028b')).toEqual(['control_character']);
    expect(codesOf(line(9), '\u001b[2J')).toEqual(['control_character']);
    expect(codesOf(line(9), ' \u200b\u202e ')).toEqual(['blank']);
  });
});

describe('uuid', () => {
  it('takes any version in either case and gives lower case', () => {
    expect(uuid.parse('019AA1B2-C3D4-8E5F-A0B1-C2D3E4F5A6B7')).toBe('019aa1b2-c3d4-8e5f-a0b1-c2d3e4f5a6b7');
  });

  it.each([
    '',
    'x',
    '019aa1b2c3d48e5fa0b1c2d3e4f5a6b7',
    '019aa1b2-c3d4-8e5f-a0b1-c2d3e4f5a6b7\n',
    '{019aa1b2-c3d4-8e5f-a0b1-c2d3e4f5a6b7}',
    "1'; --",
  ])('refuses %j', (value) => {
    expect(uuid.safeParse(value).success).toBe(false);
  });
});
