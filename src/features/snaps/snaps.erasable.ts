import { withItsHour, type Erasable } from '../../platform/erasure/index.js';

export const snapsErasable: Erasable = {
  owner: 'snaps',
  tables: {
    'mortal.snaps': {
      personal: [
        ...['id', 'sender_id', 'upload_id', 'words', 'words_key', 'salt', 'story', 'unspread', 'in_reply_to', 'album_id'],
        ...['accepted_at', 'deadline', 'kind', 'unopened', 'final_at', 'reason', 'state'],
      ],
      plain: ['due_at', 'mode', 'view_seconds', 'loop', 'replays', 'album_index', 'album_size'],
      rule: withItsHour,
    },
    'mortal.deliveries': {
      personal: [
        ...['snap_id', 'recipient_id', 'sender_id', 'group_id', 'via_story', 'state', 'sent_at', 'closed_at', 'ended_at'],
        ...['opened_at', 'told'],
        ...['lease_device_id', 'lease_key_mac', 'lease_body_mac', 'lease_until', 'replay_until', 'replays_left'],
      ],
      plain: [],
      rule: withItsHour,
    },
  },
};
