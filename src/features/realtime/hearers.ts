import type { Caller } from '../../platform/http/index.js';

/** Somebody in this process who waits for a person's events on one of their devices: a socket, a long poll. */
export interface Hearer {
  /** The log of that person has reached `seq`. Cheap and synchronous: reading comes later. */
  hint(seq: number): void;
  /** The session of the device is over. */
  endSession(): void;
  /** Too many wait for this person, and this one has waited longest: it leaves. */
  makeRoom(): void;
}

/** How many may wait for one person in one process: five devices, each with a few pages and a few connections of a bad minute. */
export const MAX_A_PERSON = 20;

/** Who waits, by person for hints and by device for sessions that end. In memory alone; what nobody waits for ends here. */
export class Hearers {
  readonly #byPerson = new Map<string, readonly Hearer[]>();
  readonly #byDevice = new Map<string, readonly Hearer[]>();

  /** Where a person has too many the oldest goes: it is the one that a flapping network most likely left half open. */
  add({ personId, deviceId }: Caller, hearer: Hearer): void {
    const waiting = this.#byPerson.get(personId) ?? [];
    // Whoever was told before may still be on the way out, at the head of the line.
    waiting[waiting.length - MAX_A_PERSON]?.makeRoom();
    put(this.#byPerson, personId, hearer);
    put(this.#byDevice, deviceId, hearer);
  }

  /** It waits no longer. Said again it changes nothing. */
  remove({ personId, deviceId }: Caller, hearer: Hearer): void {
    take(this.#byPerson, personId, hearer);
    take(this.#byDevice, deviceId, hearer);
  }

  /** @returns how many were told */
  tell(personId: string, seq: number): number {
    const hearers = this.#byPerson.get(personId) ?? [];
    for (const hearer of hearers) hearer.hint(seq);
    return hearers.length;
  }

  /** R41, R50: whoever waits on one of these devices waits no longer. */
  endSessions(deviceIds: readonly string[]): void {
    for (const deviceId of deviceIds) {
      for (const hearer of this.#byDevice.get(deviceId) ?? []) hearer.endSession();
    }
  }
}

// Arrays are replaced, never changed: a hearer may leave while it is being told. Most have one entry.
function put(index: Map<string, readonly Hearer[]>, key: string, hearer: Hearer): void {
  index.set(key, [...(index.get(key) ?? []), hearer]);
}

function take(index: Map<string, readonly Hearer[]>, key: string, hearer: Hearer): void {
  const left = (index.get(key) ?? []).filter((other) => other !== hearer);
  if (left.length > 0) index.set(key, left);
  else index.delete(key);
}
