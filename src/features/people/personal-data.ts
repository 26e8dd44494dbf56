import { Injectable } from '@nestjs/common';
import type { Database, Transaction } from '../../platform/database/index.js';

/** One kind of thing that is held about a person. Each feature describes its own, with how to read and how to remove it. */
export interface PersonalPart {
  /** As it is called in exports, snake_case. */
  readonly name: string;
  /** For a person to read: what it is, and what for. */
  readonly what: string;
  /** For a person to read: until when it is kept. */
  readonly until: string;
  /**
   * What is there now, a row each, a page at a time: nobody has so much that a process has to hold it. Never what was erased or is
   * past its deadline, never another person's secret (R31).
   */
  pages(personId: string): AsyncIterable<readonly object[]>;
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

/** The pages of what nobody has much of: one. @param text SQL, $1 the person */
export function inOnePage(database: Database, text: string): PersonalPart['pages'] {
  return async function* (personId) {
    yield await database.query<object>(text, [personId]);
  };
}

/**
 * The pages of what somebody may have very much of, each from behind the last row of the one before.
 * @param text SQL, $1 the person; in the order of a time and `id` and behind ($2, $3), at most $4, with the time as text in
 *   `position`: a Date would lose its microseconds, and with them the place
 */
export function inPages(database: Database, text: string, size: number): PersonalPart['pages'] {
  return async function* (personId) {
    let after = { position: '-infinity', id: '00000000-0000-0000-0000-000000000000' };
    for (;;) {
      const rows = await database.query<{ position: string; id: string }>(text, [personId, after.position, after.id, size]);
      yield rows.map(({ position: _, ...row }) => row);
      const last = rows.at(-1);
      if (!last || rows.length < size) return;
      after = last;
    }
  };
}
