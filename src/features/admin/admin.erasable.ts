import { afterItsTime, never, type Erasable } from '../../platform/erasure/index.js';

export const adminErasable: Erasable = {
  owner: 'admin',
  tables: {
    'public.admins': {
      personal: [],
      plain: ['id', 'name', 'role', 'password_hash', 'totp_secret', 'totp_step', 'created_at'],
      rule: never('of whoever runs the service, made and removed at the command line'),
    },
    'public.admin_sessions': {
      personal: [],
      plain: ['token_hash', 'admin_id', 'used_at', 'expires_at'],
      rule: afterItsTime('admin-sessions.ts, after 8 hours or half an hour idle'),
    },
    'public.admin_audit': {
      // A reason is free text, and may name somebody.
      personal: ['subject', 'reason'],
      plain: ['id', 'at', 'admin_id', 'admin_name', 'action'],
      rule: afterItsTime('admin-audit.ts, after a year'),
    },
    'public.monthly_figures': { personal: [], plain: ['month', 'name', 'value'], rule: never('numbers of a month, about nobody') },
    'public.recipient_sketches': {
      // Of the ids of a month under a salt of its own: thousands share a register.
      personal: ['registers'],
      plain: ['month', 'salt'],
      rule: afterItsTime('active-recipients.ts, four days after its month'),
    },
  },
};
