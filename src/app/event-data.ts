import type { EventData } from '../features/events/index.js';
import { friendsEventData } from '../features/friends/index.js';
import { groupsEventData } from '../features/groups/index.js';
import { mediaEventData } from '../features/media/index.js';
import { moderationEventData } from '../features/moderation/index.js';
import { peopleEventData } from '../features/people/index.js';
import { snapsEventData } from '../features/snaps/index.js';

/** What every event says, by type: contract/asyncapi.yaml is made from it. A type that nobody describes does not compile. */
export const eventData: EventData = {
  ...snapsEventData,
  ...mediaEventData,
  ...friendsEventData,
  ...groupsEventData,
  ...moderationEventData,
  ...peopleEventData,
};
