import { z } from 'zod';

/** Any version; canonical lower case comes out. Whether it is one of ours is for the look-up to say. */
export const uuid = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a UUID')
  .meta({ format: 'uuid', pattern: undefined });

/**
 * Text of `min` to `max` code points. NUL (which PostgreSQL cannot hold) and lone surrogates (which are no Unicode text and
 * would come back as U+FFFD) are refused; nothing is trimmed or normalised.
 */
export function text(max: number, min = 1) {
  return z
    .string()
    .check(({ value, issues }) => {
      const refuse = (code: string, message: string) => issues.push({ code: 'custom', input: value, message, params: { code } });
      // Before counting: a code point takes at most two code units.
      const length = value.length > 2 * max ? Infinity : [...value].length;
      if (length > max) refuse('too_big', `must have at most ${max} code points`);
      if (length < min) refuse('too_small', min === 1 ? 'must not be empty' : `must have at least ${min} code points`);
      if (value.includes('\0')) refuse('nul_character', 'must not contain U+0000');
      if (/\p{Surrogate}/u.test(value)) refuse('lone_surrogate', 'must be well-formed Unicode');
    })
    .meta({ minLength: min, maxLength: max });
}

/** Text on one line that shows something: a name. No control characters, no line or paragraph separators, not blank. */
export function line(max: number) {
  return text(max).check(({ value, issues }) => {
    const refuse = (code: string, message: string) => issues.push({ code: 'custom', input: value, message, params: { code } });
    if (/[\p{Control}\u2028\u2029]/u.test(value)) refuse('control_character', 'must be one line without control characters');
    // White space and invisible format characters alone show nothing.
    else if (/^[\p{White_Space}\p{Cf}]+$/u.test(value)) refuse('blank', 'must show something');
  });
}
