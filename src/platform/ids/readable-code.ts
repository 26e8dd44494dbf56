import type { Random } from './ids.js';

/** Crockford's base32: no letters that are misread, and no U, which spells words one would rather not read. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random code for people to read, type and scan; 5 bits a letter. @param group letters between hyphens; 0: no hyphens */
export function makeReadableCode(random: Random, letters: number, group = 0): string {
  const code = [...random.bytes(letters)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return group === 0 ? code : code.replace(new RegExp(`(.{${group}})(?=.)`, 'g'), '$1-');
}

/** One spelling of a code, however it was typed: case, hyphens and spaces do not count, and O, I, L are read as 0, 1, 1. */
export function readableForm(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}
