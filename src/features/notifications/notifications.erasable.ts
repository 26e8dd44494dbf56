import { withTheAccount, type Erasable } from '../../platform/erasure/index.js';

export const notificationsErasable: Erasable = {
  owner: 'notifications',
  tables: {
    'public.push_subscriptions': {
      personal: [
        'device_id',
        'person_id',
        'provider',
        'target',
        'target_mac',
        'created_at',
        'looked_seq',
        'due_at',
        'woken_at',
        'failures',
      ],
      plain: [],
      rule: withTheAccount('with the session, by notifications.parts.ts; once its service says that it is over, by wake-ups.ts'),
    },
  },
};
