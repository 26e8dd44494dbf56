import { AdminAuditEntity, AdminEntity, AdminSessionEntity, MonthlyFigureEntity, RecipientSketchEntity } from '../features/admin/index.js';
import { EventEntity, EventHeadEntity } from '../features/events/index.js';
import { ErasureOwedEntity, HourEntity, SweepTurnEntity } from '../features/expiry/index.js';
import { GroupEntity, GroupMemberEntity } from '../features/groups/index.js';
import {
  BlockEntity,
  CloseFriendEntity,
  FriendCodeEntity,
  FriendRequestEntity,
  FriendshipEntity,
  MuteEntity,
} from '../features/friends/index.js';
import { LedgerOutboxEntity, LogCheckpointEntity, LogCutEntity, LogLeafEntity, LogNodeEntity } from '../features/ledger/index.js';
import { UploadChargeEntity, UploadEntity } from '../features/media/index.js';
import {
  DeviceEntity,
  ExportEntity,
  HandleQuarantineEntity,
  InviteEntity,
  PasswordResetEntity,
  PersonEntity,
} from '../features/people/index.js';
import { ReportEntity } from '../features/moderation/index.js';
import { PushSubscriptionEntity } from '../features/notifications/index.js';
import { SocketCountEntity } from '../features/realtime/index.js';
import { DeliveryEntity, SnapEntity } from '../features/snaps/index.js';
import { IdempotencyKeyEntity } from '../platform/http/index.js';

/** Every table that TypeORM maps. A test compares them with what the migrations make. */
export const entities = [
  AdminAuditEntity,
  AdminEntity,
  AdminSessionEntity,
  BlockEntity,
  CloseFriendEntity,
  DeliveryEntity,
  DeviceEntity,
  ErasureOwedEntity,
  EventEntity,
  EventHeadEntity,
  ExportEntity,
  FriendCodeEntity,
  FriendRequestEntity,
  FriendshipEntity,
  GroupEntity,
  GroupMemberEntity,
  HandleQuarantineEntity,
  HourEntity,
  IdempotencyKeyEntity,
  InviteEntity,
  LedgerOutboxEntity,
  LogCheckpointEntity,
  LogCutEntity,
  LogLeafEntity,
  LogNodeEntity,
  MonthlyFigureEntity,
  MuteEntity,
  PasswordResetEntity,
  PersonEntity,
  PushSubscriptionEntity,
  RecipientSketchEntity,
  ReportEntity,
  SnapEntity,
  SocketCountEntity,
  SweepTurnEntity,
  UploadChargeEntity,
  UploadEntity,
];
