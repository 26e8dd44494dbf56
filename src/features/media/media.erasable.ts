import { withItsHour, withTheAccount, type Erasable } from '../../platform/erasure/index.js';

export const mediaErasable: Erasable = {
  owner: 'media',
  tables: {
    'mortal.uploads': {
      personal: [
        ...[
          'id',
          'owner_id',
          'snap_id',
          'client_key',
          'content_key',
          'thumbhash',
          'incoming_name',
          'incoming_sha256',
          'object_name',
          'sha256',
        ],
        ...['created_at', 'kind', 'width', 'height', 'duration_ms', 'bytes', 'incoming_bytes', 'content_type'],
      ],
      plain: ['state', 'reason', 'unused_until', 'encryption', 'claimed_until', 'decode_started_at', 'incoming_due'],
      rule: withItsHour,
    },
    'public.upload_charges': {
      personal: ['upload_id', 'person_id', 'bytes', 'charged_at'],
      plain: ['counts_until'],
      rule: withTheAccount('after a day, by upload-quota.ts'),
    },
  },
};
