import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { PeopleRepository } from './people.repository.js';
import type { PersonEntity } from './person.entity.js';
import type { PersonBrief } from './session.js';

/** What features above may ask about people. */
@Injectable()
export class PeopleService {
  constructor(private readonly people: PeopleRepository) {}

  /** Those who exist, by id. */
  async byIds(ids: readonly string[]): Promise<Map<string, PersonBrief>> {
    const people = await this.people.findByIds(ids);
    return new Map(people.map((person) => [person.id, briefOf(person)]));
  }

  /** Locks people until the transaction ends, in the one order (people by id come first of all locks). @returns ids of who exists */
  async lock(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
    const locked = await this.people.lock(tx, ids);
    return new Set(locked.map(({ id }) => id));
  }
}

function briefOf({ id, handle, displayName }: PersonEntity): PersonBrief {
  return { id, handle, displayName };
}
