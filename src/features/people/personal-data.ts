import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';

/** One kind of thing that is held about a person. Each feature describes its own, with how to read and how to remove it. */
export interface PersonalPart {
  /** As it is called in exports, snake_case. */
  readonly name: string;
  /** For a person to read: what it is, and what for. */
  readonly what: string;
  /** For a person to read: until when it is kept. */
  readonly until: string;
  /** What is there now, a row each; never what was erased or is past its deadline, never another person's secret (R31). */
  collect(personId: string): Promise<readonly object[]>;
  /**
   * Removes what the account's end left standing. The person can write nothing any more; runs in one transaction with the
   * other parts, before the person's row goes. May run again.
   */
  erase(tx: Transaction, personId: string): Promise<void>;
}

/** Everything that is held about people, part by part: the one list behind exports, "what is held about me", and deletion. */
@Injectable()
export class PersonalData {
  readonly #parts: PersonalPart[] = [];

  register(...parts: PersonalPart[]): void {
    for (const part of parts) {
      if (this.#parts.some(({ name }) => name === part.name)) throw new Error(`personal data ${part.name} is described twice`);
      this.#parts.push(part);
    }
  }

  get parts(): readonly PersonalPart[] {
    return this.#parts;
  }

  async erase(tx: Transaction, personId: string): Promise<void> {
    for (const part of this.#parts) await part.erase(tx, personId);
  }
}
