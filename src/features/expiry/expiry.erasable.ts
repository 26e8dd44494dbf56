import { afterItsTime, never, withItsHour, type Erasable } from '../../platform/erasure/index.js';
import { MORTAL_NAME } from './object-names.js';

export const expiryErasable: Erasable = {
  owner: 'expiry',
  tables: {
    'public.hours': { personal: [], plain: ['label', 'key_hash', 'state', 'closed_at'], rule: never('one row an hour, about nobody') },
    'public.sweep_turns': {
      personal: [],
      plain: ['name', 'next_at', 'ended_at', 'found'],
      rule: never('one row a kind of sweep, about nobody'),
    },
    'public.erasures_owed': {
      personal: ['commitment', 'object_names'],
      plain: ['id', 'label', 'reason', 'owed_at', 'attempts', 'next_attempt_at', 'last_error'],
      rule: afterItsTime('erasure-settler.ts, once the objects are seen to be gone'),
    },
  },
  objects: [
    // `{2 hex}/{label}/{random}`, and below `incoming/` what phones PUT (object-names.ts).
    { store: 'media', names: MORTAL_NAME, rule: withItsHour },
    { store: 'vault', names: /^hours\/\d+$/, rule: withItsHour },
  ],
};
