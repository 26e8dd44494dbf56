import type { z } from 'zod';
import type { EventType } from './event-types.js';

/** What one type's event says: the one definition that the document is made of and that tests hold every frame against. */
export interface EventDatum {
  readonly data: z.ZodObject;
  /** Who is told. */
  readonly to: string;
  /** What a client does about it, where that is not plain. */
  readonly note?: string;
  readonly example: object;
}

/** Each feature says it of its own types; src/app/event-data.ts puts them together. */
export type EventData<T extends EventType = EventType> = Readonly<Record<T, EventDatum>>;
