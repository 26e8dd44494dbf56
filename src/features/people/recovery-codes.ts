import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sameBytes } from '../../platform/crypto/index.js';
import { Random } from '../../platform/ids/index.js';

/** Crockford's base 32: no I, L, O, U, which people misread or would rather not read. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 25; // 125 bits
const GROUP = 5;

/** `7K2QD-…`: what lets a person back in who lost password and devices. Shown once; its SHA-256 is kept. */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly random: Random) {}

  make(): { code: string; hash: string } {
    const letters = [...this.random.bytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    const code = letters.replace(new RegExp(`(.{${GROUP}})(?=.)`, 'g'), '$1-');
    return { code, hash: hashOf(code) };
  }

  /** In constant time; case, hyphens and spaces do not count, and O, I, L are read as 0, 1, 1. */
  matches(code: string, hash: string): boolean {
    return sameBytes(Buffer.from(hashOf(code)), Buffer.from(hash));
  }
}

function hashOf(code: string): string {
  const letters = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return createHash('sha256').update('flits recovery v1').update(letters).digest('hex');
}
