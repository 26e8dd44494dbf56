/** Everything a person can be told of. A row holds the type and ids alone; what is said of them is read from living rows. */
export const eventTypes = [
  'snap.received',
  'snap.sent',
  'snap.delivered',
  'snap.opened',
  'snap.replayed',
  'snap.screenshot',
  'snap.failed',
  'snap.withdrawn',
  'upload.ready',
  'upload.rejected',
  'friend.requested',
  'friend.accepted',
  'friend.removed',
  'group.invited',
  'group.joined',
  'group.left',
  'group.changed',
  'group.deleted',
  'story.posted',
  'story.viewed',
  'report.decided',
  'session.revoked',
] as const;

export type EventType = (typeof eventTypes)[number];
