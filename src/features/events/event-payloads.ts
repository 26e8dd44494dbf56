import { Injectable } from '@nestjs/common';
import type { EventType } from './event-types.js';

export interface EventSubject {
  readonly ref: string;
  readonly actor: string | null;
  /** ms since the epoch */
  readonly at: number;
}

/** Answers one `data` a subject, in order; `undefined` where the subject is dead or no longer this person's to see. */
export type PayloadResolver = (ownerId: string, subjects: readonly EventSubject[]) => Promise<readonly (object | undefined)[]>;

/**
 * Features above say here how their events read. One query a resolver and page keeps catching up at two queries: the page,
 * and what is joined to it.
 */
@Injectable()
export class EventPayloads {
  readonly #resolvers = new Map<EventType, PayloadResolver>();

  register(types: readonly EventType[], resolver: PayloadResolver): void {
    for (const type of types) {
      if (this.#resolvers.has(type)) throw new Error(`event ${type} has two payload resolvers`);
      this.#resolvers.set(type, resolver);
    }
  }

  /** Events whose subject is dead are `undefined`. Types that nobody registered speak of their ids alone. */
  async resolve(ownerId: string, events: readonly (EventSubject & { type: EventType })[]): Promise<(object | undefined)[]> {
    const payloads = new Array<object | undefined>(events.length);
    const batches = new Map<PayloadResolver, number[]>();
    events.forEach((event, index) => {
      const resolver = this.#resolvers.get(event.type);
      if (resolver) batches.set(resolver, [...(batches.get(resolver) ?? []), index]);
      else payloads[index] = idsOf(event);
    });
    await Promise.all(
      [...batches].map(async ([resolver, indexes]) => {
        const resolved = await resolver(
          ownerId,
          indexes.flatMap((index) => events[index] ?? []),
        );
        indexes.forEach((index, n) => (payloads[index] = resolved[n]));
      }),
    );
    return payloads;
  }
}

const SUBJECTS: Record<string, string> = {
  snap: 'snap_id',
  story: 'snap_id',
  group: 'group_id',
  upload: 'upload_id',
  friend: 'request_id',
  session: 'device_id',
};

function idsOf({ type, ref, actor }: EventSubject & { type: EventType }): object {
  const subject = SUBJECTS[type.slice(0, type.indexOf('.'))] ?? 'id';
  return actor === null ? { [subject]: ref } : { [subject]: ref, user_id: actor };
}
