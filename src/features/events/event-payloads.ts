import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { EventSubject, PayloadSource } from './payload-source.js';
import { PayloadSources } from './payload-sources.js';

/** What is said of events, read from living rows in one statement a page, whatever is mixed in it. */
@Injectable()
export class EventPayloads {
  constructor(
    private readonly database: Database,
    private readonly sources: PayloadSources,
  ) {}

  /** Events whose subject is dead are `undefined`. Types without a source speak of their ids alone. */
  async resolve(ownerId: string, events: readonly EventSubject[]): Promise<(object | undefined)[]> {
    const payloads = new Array<object | undefined>(events.length);
    const places = new Map<PayloadSource, number[]>();
    events.forEach((event, index) => {
      const source = this.sources.of(event.type);
      if (source) places.set(source, [...(places.get(source) ?? []), index]);
      else payloads[index] = idsOf(event);
    });
    const batches = [...places].map(([source, indexes]) => ({
      source,
      indexes,
      subjects: indexes.flatMap((index) => events[index] ?? []),
    }));
    const asked = this.sources.statementFor(ownerId, batches);
    const rows = asked ? await this.database.statement(asked.statement, asked.values) : [];
    for (const { source, indexes, subjects } of batches) {
      const read = source.read(this.sources.rowsOf(source, rows), subjects);
      indexes.forEach((index, n) => (payloads[index] = read[n]));
    }
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

function idsOf({ type, ref, actor }: EventSubject): object {
  const subject = SUBJECTS[type.slice(0, type.indexOf('.'))] ?? 'id';
  return actor === null ? { [subject]: ref } : { [subject]: ref, user_id: actor };
}
