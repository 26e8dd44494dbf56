import { randomUUID } from 'node:crypto';
import { freshBytes } from '../crypto/index.js';
import { makeMortalId, MORTAL_ID_RANDOM_BYTES } from './mortal-id.js';

/** The source of randomness: ids, keys, salts. Injected, so that a test can pin it. */
export class Random {
  bytes(length: number): Buffer {
    return freshBytes(length);
  }

  uuid(): string {
    return randomUUID();
  }
}

/** Makes ids: mortal ones carry the hour of their death, lasting ones (people, devices, requests) are random UUIDv4. */
export class Ids {
  constructor(private readonly random: Random) {}

  /** @param label end of the hour of death, ms since the epoch */
  mortal(label: number): string {
    return makeMortalId(label, this.random.bytes(MORTAL_ID_RANDOM_BYTES));
  }

  lasting(): string {
    return this.random.uuid();
  }
}
