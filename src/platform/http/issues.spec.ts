import { z } from 'zod';
import { fieldFaults, pointerTo } from './issues.js';

const schema = z.strictObject({
  name: z.string().min(2),
  to: z.strictObject({ ids: z.array(z.string()) }),
  mode: z.enum(['a', 'b']).optional(),
});

function faultsOf(input: unknown) {
  const { error } = schema.safeParse(input);
  return fieldFaults(error!.issues, input);
}

describe('field faults', () => {
  it('names each missing field', () => {
    expect(faultsOf({})).toEqual([
      { pointer: '/name', code: 'required', message: 'This field is required.' },
      { pointer: '/to', code: 'required', message: 'This field is required.' },
    ]);
  });

  it('R46: gives each unknown field a pointer of its own, at any depth', () => {
    const faults = faultsOf({ name: 'ab', to: { ids: [], role: 1 }, sender_id: 'x', expires_at: 'y' });
    expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/to/role', 'unknown_field'],
      ['/sender_id', 'unknown_field'],
      ['/expires_at', 'unknown_field'],
    ]);
  });

  it('points into arrays and uses words of its own for what is wrong', () => {
    const faults = faultsOf({ name: 'a', to: { ids: ['x', 2] }, mode: 'c' });
    expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/name', 'too_small'],
      ['/to/ids/1', 'wrong_type'],
      ['/mode', 'not_allowed'],
    ]);
  });

  it('speaks of the whole document by the empty pointer', () => {
    expect(faultsOf(undefined)).toEqual([expect.objectContaining({ pointer: '', code: 'required' })]);
    expect(faultsOf(7)).toEqual([expect.objectContaining({ pointer: '', code: 'wrong_type' })]);
  });

  it('bounds what an answer repeats of a request', () => {
    const keys = Array.from({ length: 50 }, (_, n) => [`${n}${'k'.repeat(500)}`, 1] as const);
    const faults = faultsOf({ name: 'ab', to: { ids: [] }, ...Object.fromEntries(keys) });
    expect(faults).toHaveLength(20);
    for (const { pointer } of faults) expect(pointer.length).toBeLessThanOrEqual(65);
  });

  it('repeats half of no character, whether it was sent or is cut here (RFC 8259 §8.2)', () => {
    expect(pointerTo(['a\uD835'])).toBe('/a\uFFFD');
    expect(pointerTo([`${'a'.repeat(63)}𝕿`])).toBe(`/${'a'.repeat(63)}\uFFFD`);
    expect(pointerTo([`${'a'.repeat(62)}𝕿b`])).toBe(`/${'a'.repeat(62)}𝕿`);
  });

  it('escapes as RFC 6901 §3 says', () => {
    expect(pointerTo(['a/b', 'm~n', 0, ''])).toBe('/a~1b/m~0n/0/');
  });
});
