import { CreateClockAndSettings1763668800001 } from './1763668800001-create-clock-and-settings.js';
import { CreateHours1763668800002 } from './1763668800002-create-hours.js';
import { CreateLedger1763668800003 } from './1763668800003-create-ledger.js';
import { CreatePeople1763668800004 } from './1763668800004-create-people.js';
import { CreateEvents1763668800005 } from './1763668800005-create-events.js';
import { CreateFriends1763668800006 } from './1763668800006-create-friends.js';
import { CreateUploads1763668800007 } from './1763668800007-create-uploads.js';
import { CreateSnaps1763668800008 } from './1763668800008-create-snaps.js';
import { CreateLog1763668800009 } from './1763668800009-create-log.js';
import { CreateUploadCharges1764000200001 } from './1764000200001-create-upload-charges.js';
import { AddUploadsIncomingDue1764000200002 } from './1764000200002-add-uploads-incoming-due.js';
import { IndexObjectNames1764000300001 } from './1764000300001-index-object-names.js';
import { AddPersonTombstones1764000400001 } from './1764000400001-add-person-tombstones.js';
import { CreateRelations1764000600001 } from './1764000600001-create-relations.js';
import { CreateAccountEndings1764000600002 } from './1764000600002-create-account-endings.js';
import { CreateFriendCodes1764000600003 } from './1764000600003-create-friend-codes.js';
import { CreateInvitesAndResets1764000600004 } from './1764000600004-create-invites-and-resets.js';
import { CreateGroups1764000700001 } from './1764000700001-create-groups.js';
import { ExtendSnapsToAudiences1764000700002 } from './1764000700002-extend-snaps-to-audiences.js';
import { AddReplyCheck1764000700003 } from './1764000700003-add-reply-check.js';
import { IndexInviters1764000700901 } from './1764000700901-index-inviters.js';
import { CreateReports1764000800001 } from './1764000800001-create-reports.js';
import { CreateAdmins1764000800002 } from './1764000800002-create-admins.js';
import { AddLeaseBody1764000900001 } from './1764000900001-add-lease-body.js';
import { CreatePushSubscriptions1764000910001 } from './1764000910001-create-push-subscriptions.js';
import { AddOversight1764000930001 } from './1764000930001-add-oversight.js';
import { CountDecisions1764001100001 } from './1764001100001-count-decisions.js';
import { CreateSocketCounts1764001100002 } from './1764001100002-create-socket-counts.js';
import { AddEventDevice1764001200001 } from './1764001200001-add-event-device.js';
import { AddSingleHourReads1764001200002 } from './1764001200002-add-single-hour-reads.js';
import { AddDeliveryTold1764001300001 } from './1764001300001-add-delivery-told.js';
import { AddDeliver1764001400001 } from './1764001400001-add-deliver.js';

/** In the order in which they run. */
export const migrations = [
  CreateClockAndSettings1763668800001,
  CreateHours1763668800002,
  CreateLedger1763668800003,
  CreatePeople1763668800004,
  CreateEvents1763668800005,
  CreateFriends1763668800006,
  CreateUploads1763668800007,
  CreateSnaps1763668800008,
  CreateLog1763668800009,
  CreateUploadCharges1764000200001,
  AddUploadsIncomingDue1764000200002,
  IndexObjectNames1764000300001,
  AddPersonTombstones1764000400001,
  CreateRelations1764000600001,
  CreateAccountEndings1764000600002,
  CreateFriendCodes1764000600003,
  CreateInvitesAndResets1764000600004,
  CreateGroups1764000700001,
  ExtendSnapsToAudiences1764000700002,
  AddReplyCheck1764000700003,
  IndexInviters1764000700901,
  CreateReports1764000800001,
  CreateAdmins1764000800002,
  AddLeaseBody1764000900001,
  CreatePushSubscriptions1764000910001,
  AddOversight1764000930001,
  CountDecisions1764001100001,
  CreateSocketCounts1764001100002,
  AddEventDevice1764001200001,
  AddSingleHourReads1764001200002,
  AddDeliveryTold1764001300001,
  AddDeliver1764001400001,
];
