import { adminErasable } from '../features/admin/index.js';
import { eventsErasable } from '../features/events/index.js';
import { expiryErasable } from '../features/expiry/index.js';
import { friendsErasable } from '../features/friends/index.js';
import { groupsErasable } from '../features/groups/index.js';
import { ledgerErasable } from '../features/ledger/index.js';
import { mediaErasable } from '../features/media/index.js';
import { moderationErasable } from '../features/moderation/index.js';
import { notificationsErasable } from '../features/notifications/index.js';
import { peopleErasable } from '../features/people/index.js';
import { realtimeErasable } from '../features/realtime/index.js';
import { snapsErasable } from '../features/snaps/index.js';
import { Erasables } from '../platform/erasure/index.js';
import { platformErasable } from '../platform/platform.erasable.js';

/** Everything that Flits keeps anywhere, and how each of it goes. A process refuses to start on a place for data that is not in here. */
export const erasables = new Erasables([
  adminErasable,
  eventsErasable,
  expiryErasable,
  friendsErasable,
  groupsErasable,
  ledgerErasable,
  mediaErasable,
  moderationErasable,
  notificationsErasable,
  peopleErasable,
  platformErasable,
  realtimeErasable,
  snapsErasable,
]);
