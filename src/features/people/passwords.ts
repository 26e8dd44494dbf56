import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { argon2id, hash, verify } from 'argon2';
import pLimit from 'p-limit';
import { Fault } from '../../platform/faults/index.js';
import { Random } from '../../platform/ids/index.js';

/** R42. 19 MiB, two passes, one lane: about 27 ms of a core. */
const OPTIONS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Half of the cores, and fewer than libuv's four threads: everyone else's requests go on during a flood of logins. */
const AT_ONCE = Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2)));
/** Some seconds of work. Beyond that waiting helps nobody. */
const MAX_WAITING = 48;
/** So many waiting are a flood: from then on each place rests as long as it worked, so that sends go on (bench auth). */
const FLOOD = 8;

/** Hashes and checks passwords, a few at a time in this process. Nothing is kept. */
@Injectable()
export class Passwords implements OnModuleInit {
  readonly #pool = pLimit(AT_ONCE);
  #dummy = '';

  constructor(private readonly random: Random) {}

  async onModuleInit(): Promise<void> {
    this.#dummy = await hash(this.random.bytes(32), OPTIONS);
  }

  /** @returns a PHC string @throws Fault `unavailable` where too many wait already */
  hash(password: string): Promise<string> {
    return this.#run(() => hash(bytesOf(password), OPTIONS));
  }

  /**
   * Takes the same time whether or not there is a hash (R36): without one (or with the empty one of a deleted account), a hash of nothing anybody knows is checked.
   * @throws Fault `unavailable` where too many wait already
   */
  verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    return this.#run(async () => (await verify(passwordHash || this.#dummy, bytesOf(password))) && Boolean(passwordHash));
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pool.pendingCount >= MAX_WAITING)
      throw new Fault('unavailable', 'Too many people sign in at once; try again shortly.', { retryAfterSeconds: 3 });
    return this.#pool(async () => {
      const began = performance.now();
      try {
        return await work();
      } finally {
        if (this.#pool.pendingCount > FLOOD) await delay(performance.now() - began);
      }
    });
  }
}

/** Keyboards differ in how they compose letters; NFKC makes one password of them (NIST SP 800-63B §3.1.1.2). */
function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'));
}
