import { Injectable } from '@nestjs/common';
import { PeopleRepository, type ProfileChange } from './people.repository.js';
import { sessionEnded } from './people.errors.js';
import type { PersonEntity } from './person.entity.js';

/** What a person may say about themselves, and how they look at things. */
@Injectable()
export class ProfileService {
  constructor(private readonly people: PeopleRepository) {}

  /** @throws Fault `session_ended` where the account is gone */
  async get(id: string): Promise<PersonEntity> {
    return presentOr(await this.people.findById(id));
  }

  /** What is left out stays as it is. @throws Fault `session_ended` where the account is gone */
  async change(id: string, change: ProfileChange): Promise<PersonEntity> {
    await this.people.changeProfile(id, change);
    return this.get(id);
  }
}

function presentOr(person: PersonEntity | null): PersonEntity {
  if (!person || person.deletedAt) throw sessionEnded();
  return person;
}
