import type { LoggedEvent } from '../../src/features/events/index.js';

/** What a photo from a friend looks like on the wire, some 600 bytes. */
export const eventData: Omit<LoggedEvent, 'seq'> = {
  type: 'snap.received',
  at: '2027-01-31T13:37:00.123Z',
  data: {
    snap_id: '0194b8f2-4c80-8a3e-9d3a-5b1c7d9e2f10',
    sender: { id: '7b1d0c5e-53f0-4c8e-9d3a-000000000007', handle: 'anna.of.the.hills', display_name: 'Anna' },
    kind: 'photo',
    sent_at: '2027-01-31T13:37:00.120Z',
    expires_at: '2027-02-03T13:00:00.000Z',
    view: { mode: 'once', seconds: 8, loop: false, replays: 1 },
    state: 'accepted',
    width: 1536,
    height: 2048,
    media: { bytes: 412_337, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', content_type: 'image/jpeg' },
  },
};
