import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sameBytes } from '../../platform/crypto/index.js';
import { makeReadableCode, Random, readableForm } from '../../platform/ids/index.js';

const LETTERS = 25; // 125 bits
const GROUP = 5;

/** `7K2QD-…`: what lets a person back in who lost password and devices. Shown once; its SHA-256 is kept. */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly random: Random) {}

  make(): { code: string; hash: string } {
    const code = makeReadableCode(this.random, LETTERS, GROUP);
    return { code, hash: hashOf(code) };
  }

  /** In constant time, however the code was typed. */
  matches(code: string, hash: string): boolean {
    return sameBytes(Buffer.from(hashOf(code)), Buffer.from(hash));
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update('flits recovery v1').update(readableForm(code)).digest('hex');
}
