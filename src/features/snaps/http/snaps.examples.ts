/** What requests and answers look like, for openapi.json. A test holds each against its schema. */

const [ANNA, BEN] = ['3f1f4c1e-6f0a-4f57-9d5b-0c6f3d1a7b20', '9a4e2b6c-1d38-4c0e-8f64-5b7a2e9c3d11'];
const GROUP = '5d0c7e3a-2b94-4e61-a8f7-1c9d4b6e8f02';
const [SNAP, SECOND, ALBUM, ORIGINAL, UPLOAD] = [
  '01a21a4d-4000-8737-93ee-01624605ef5f',
  '01a21a4d-4000-8b52-a1d0-7c3e9f4b6d28',
  '01a21a4d-4000-8e06-b7f3-2a8d5c1e9b47',
  '01a21a4d-4000-8c19-8e24-6f0b3d7a5c91',
  '01a21a4d-4000-8a44-9c5b-e1d2f3a4b5c6',
];
const [SENT, OPENED, DIES] = ['2026-11-26T12:00:00.000Z', '2026-11-26T12:03:20.000Z', '2026-11-29T12:00:00.000Z'];
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const receipt = {
  snap_id: SNAP,
  commitment: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  salt: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA',
  log_origin: 'flits.example/log',
  label: DIES,
  accepted_at: SENT,
  merge_by: '2026-11-26T14:00:00.000Z',
  signature: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==',
};
const sent = { id: SNAP, state: 'accepted', expires_at: DIES, server_time: SENT, receipt };
const view = { mode: 'once', seconds: 5, loop: false, replays: 0 };
const received = {
  snap_id: SNAP,
  sender: { id: ANNA, handle: 'anna', display_name: 'Anna' },
  kind: 'photo',
  sent_at: SENT,
  expires_at: DIES,
  view,
  state: 'delivered',
  width: 2048,
  height: 1536,
  media: { bytes: 412_345, sha256: SHA256, content_type: 'image/jpeg' },
};
const mediaLink = {
  url: 'https://objects.flits.example/3f/1795204800000/8Zq0vX2c?expires=…&signature=…',
  bytes: 412_345,
  sha256: SHA256,
  content_type: 'image/jpeg',
  url_expires_at: '2026-11-26T12:10:00.000Z',
};
const deliveries = [
  { user_id: ANNA, state: 'delivered' },
  { user_id: BEN, state: 'opened', opened_at: OPENED },
];

export const examples = {
  send: [
    { upload_id: UPLOAD, caption: 'look!', to: { user_ids: [BEN] }, view: { mode: 'once', seconds: 5, replays: 1 } },
    { text: 'ten o’clock', to: { user_ids: [BEN], group_ids: [GROUP], story: 'friends' }, ttl_seconds: 86_400 },
    { upload_ids: [UPLOAD, '01a21a4d-4000-8a45-9c5b-e1d2f3a4b5c7'], to: { group_ids: [GROUP] } },
    { text: 'where is that?', to: { user_ids: [ANNA] }, in_reply_to: ORIGINAL },
  ],
  accepted: [
    sent,
    {
      items: [SNAP, SECOND].map((id, index) => ({
        ...sent,
        id,
        receipt: { ...receipt, snap_id: id },
        album: { id: ALBUM, index, count: 2 },
      })),
    },
  ],
  sentDetail: [{ ...sent, kind: 'photo', deliveries }],
  sentList: [
    {
      items: [{ id: SNAP, state: 'accepted', expires_at: DIES, receipt, kind: 'text', story: 'friends' }],
      next_cursor: null,
      server_time: SENT,
    },
  ],
  unsent: [{ deliveries: [{ user_id: ANNA, state: 'withdrawn' }, deliveries[1]] }],
  inbox: [
    {
      items: [
        { ...received, group_id: GROUP },
        { ...received, snap_id: SECOND, kind: 'text', in_reply_to: ORIGINAL, width: undefined, height: undefined, media: undefined },
      ],
      next_cursor: null,
      head: 57,
      server_time: OPENED,
    },
  ],
  stories: [
    {
      items: [{ ...received, view: { ...view, mode: 'until_expiry' }, state: 'accepted', seen: false }],
      next_cursor: null,
      server_time: OPENED,
    },
  ],
  viewers: [{ items: [{ user: { id: BEN, handle: 'ben', display_name: 'Ben' }, opened_at: OPENED }], next_cursor: null }],
  mediaLink: [{ ...mediaLink, server_time: SENT }],
  openBody: [{}, { replay: true }],
  opened: [
    {
      media: { ...mediaLink, encryption: 'aes128gcm', key: 'AAECAwQFBgcICQoLDA0ODw', thumbhash: '3OcRJYB4d3h/iIeHeEh3eIhw+j2w' },
      caption: 'look!',
      view: {
        mode: 'once',
        seconds: 5,
        loop: false,
        lease_expires_at: '2026-11-26T12:05:25.000Z',
        lease_seconds_left: 125,
        replays_left: 1,
      },
      franking_tag: 'uH2n0m3kG1v8Yx5c7QeR9tZ4bW6aL0pJdS2fK8hXyTg=',
      server_time: OPENED,
    },
  ],
} as const;
