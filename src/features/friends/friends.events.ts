import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventPayloads, type EventSubject } from '../events/index.js';
import { answerUser, PeopleService } from '../people/index.js';
import { FriendsRepository } from './friends.repository.js';

/** How `friend.*` events read. One whose request waits no longer, or whose friendship is over, is skipped. */
@Injectable()
export class FriendEvents implements OnModuleInit {
  constructor(
    private readonly payloads: EventPayloads,
    private readonly friends: FriendsRepository,
    private readonly people: PeopleService,
  ) {}

  onModuleInit(): void {
    this.payloads.register(['friend.requested'], (ownerId, subjects) => this.#requested(ownerId, subjects));
    this.payloads.register(['friend.accepted'], (ownerId, subjects) => this.#accepted(ownerId, subjects));
    this.payloads.register(['friend.removed'], async (_, subjects) => subjects.map(({ actor }) => ({ user_id: actor })));
  }

  async #requested(ownerId: string, subjects: readonly EventSubject[]): Promise<(object | undefined)[]> {
    const refs = subjects.map(({ ref }) => ref);
    const waiting = await this.friends.waitingFor(ownerId, refs);
    return this.#withPeople(subjects, ({ ref }) => waiting.has(ref));
  }

  async #accepted(ownerId: string, subjects: readonly EventSubject[]): Promise<(object | undefined)[]> {
    const friends = await this.friends.friendsAmong(ownerId, actorsOf(subjects));
    return this.#withPeople(subjects, ({ actor }) => actor !== null && friends.has(actor));
  }

  async #withPeople(subjects: readonly EventSubject[], isAlive: (subject: EventSubject) => boolean): Promise<(object | undefined)[]> {
    const people = await this.people.byIds(actorsOf(subjects));
    return subjects.map((subject) => {
      const person = people.get(subject.actor ?? '');
      return person && isAlive(subject) ? { request_id: subject.ref, user: answerUser(person) } : undefined;
    });
  }
}

function actorsOf(subjects: readonly EventSubject[]): string[] {
  return subjects.flatMap(({ actor }) => (actor === null ? [] : [actor]));
}
