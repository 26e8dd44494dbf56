import { afterItsTime, never, withTheAccount, type Erasable } from '../../platform/erasure/index.js';

export const peopleErasable: Erasable = {
  owner: 'people',
  tables: {
    'public.people': {
      personal: [
        ...['id', 'handle', 'display_name', 'password_hash', 'recovery_hash', 'birth_date', 'opened_receipts', 'view_time', 'tombstone'],
        ...['created_at', 'suspended_at', 'suspended_reason', 'deleted_at'],
      ],
      plain: [],
      rule: withTheAccount(),
    },
    'public.devices': {
      personal: ['id', 'person_id', 'name', 'created_at', 'refreshed_at', 'reauthenticated_at', 'acked_seq', 'ended_at'],
      plain: ['refresh_generation'],
      rule: withTheAccount('a day after the session ended, by people.sweeps.ts'),
    },
    'public.exports': {
      personal: ['id', 'person_id', 'device_id'],
      plain: ['expires_at'],
      rule: withTheAccount('after 24 hours, by people.sweeps.ts'),
    },
    'public.password_resets': {
      personal: ['person_id', 'code_mac'],
      plain: ['expires_at'],
      rule: withTheAccount('once used or past, by password-resets.ts'),
    },
    'public.handle_quarantine': {
      personal: ['handle_mac'],
      plain: ['held_until'],
      rule: afterItsTime('handle-quarantine.ts, after 30 days'),
    },
    'public.invites': {
      personal: [],
      plain: ['code_mac', 'uses_left', 'created_at', 'expires_at'],
      rule: afterItsTime('invites.ts, once used up or past'),
    },
  },
  // Random marks of accounts that are gone, so that a restored backup cannot bring them back.
  objects: [{ store: 'vault', names: /^tombstones\/[\w-]+$/, rule: never('random, and of nobody once the account is gone') }],
};
