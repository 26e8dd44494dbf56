import { afterItsTime, type Erasable } from '../../platform/erasure/index.js';

export const moderationErasable: Erasable = {
  owner: 'moderation',
  tables: {
    'public.reports': {
      personal: [
        ...[
          'id',
          'reporter_id',
          'snap_id',
          'user_id',
          'group_id',
          'reason',
          'note',
          'evidence',
          'object_name',
          'content_key',
          'content_type',
        ],
        ...['words', 'words_key', 'commitment', 'created_at', 'decided_at', 'outcome', 'outcome_reason'],
      ],
      plain: ['keep_until', 'hold_by', 'held_by'],
      rule: afterItsTime('report-retention.ts, after 30 days, or as long as two moderators hold it'),
    },
  },
  objects: [{ store: 'media', names: /^reports\/\d+-[0-9a-f]{32}$/, rule: afterItsTime('report-retention.ts, before its row') }],
};
