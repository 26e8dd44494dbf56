import type { PayloadSource } from '../events/index.js';
import { inboxItem, type ReceivedRow } from './inbox-item.js';
import { received } from './received.sql.js';
import { storyItem } from './stories.service.js';

/** Times as JSON has them. */
type ToldRow = Omit<ReceivedRow, 'sent_at' | 'deadline' | 'opened_at'> & {
  readonly sent_at: string;
  readonly deadline: string;
  readonly opened_at: string | null;
};

/** What a recipient may see of living snaps, in the same words as `GET /v1/inbox` and `GET /v1/stories`. */
function told(name: string, type: 'snap.received' | 'story.posted', toItem: (row: ReceivedRow) => object): PayloadSource<ToldRow> {
  return {
    name,
    types: [type],
    text: received({ viaStory: type === 'story.posted', refs: ':refs' }),
    read(rows, subjects) {
      const items = new Map(rows.map((row) => [row.snap_id, toItem(revived(row))]));
      return subjects.map(({ ref }) => items.get(ref));
    },
  };
}

function revived(row: ToldRow): ReceivedRow {
  const openedAt = row.opened_at === null ? null : new Date(row.opened_at);
  return { ...row, sent_at: new Date(row.sent_at), deadline: new Date(row.deadline), opened_at: openedAt };
}

/** How `snap.received` and `story.posted` read; of a snap's other events the ids are enough. */
export const snapsEventSources: readonly PayloadSource[] = [
  told('snaps.received', 'snap.received', inboxItem),
  told('snaps.posted', 'story.posted', storyItem),
];
