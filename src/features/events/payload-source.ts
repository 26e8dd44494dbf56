import type { EventType } from './event-types.js';

export interface EventSubject {
  readonly type: EventType;
  readonly ref: string;
  readonly actor: string | null;
  /** ms since the epoch */
  readonly at: number;
}

/** How some types of events read. Each feature says it of its own; src/app/events.ts puts them together. */
export interface PayloadSource<Row = unknown> {
  /** Its statement's, `feature.what`. */
  readonly name: string;
  readonly types: readonly EventType[];
  /**
   * One SELECT of whatever is alive for a person (`$1`) among the subjects' `:refs` and `:actors` (`uuid[]` both, each id
   * once and in order; the second may be left out). Left out altogether where ids say everything. Rows come as JSON does: times are strings.
   */
  readonly text?: string;
  /** One `data` a subject, in order; `undefined` where the subject is dead or no longer this person's to see. */
  read(rows: readonly Row[], subjects: readonly EventSubject[]): readonly (object | undefined)[];
}
