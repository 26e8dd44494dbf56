import { EventsModule, PayloadSources } from '../features/events/index.js';
import { friendsEventSources } from '../features/friends/index.js';
import { groupsEventSources } from '../features/groups/index.js';
import { mediaEventSources } from '../features/media/index.js';
import { moderationEventSources } from '../features/moderation/index.js';
import { snapsEventSources } from '../features/snaps/index.js';

/** How every event reads that says more than its ids; what it says is in event-data.ts. One object for all roles of a process. */
export const events = EventsModule.reading(
  new PayloadSources([
    ...snapsEventSources,
    ...mediaEventSources,
    ...friendsEventSources,
    ...groupsEventSources,
    ...moderationEventSources,
  ]),
);
