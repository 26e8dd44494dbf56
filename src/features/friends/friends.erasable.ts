import { withTheAccount, type Erasable } from '../../platform/erasure/index.js';

export const friendsErasable: Erasable = {
  owner: 'friends',
  tables: {
    'public.friendships': { personal: ['person_id', 'friend_id', 'since'], plain: [], rule: withTheAccount() },
    'public.friend_requests': { personal: ['id', 'from_id', 'to_id', 'created_at'], plain: [], rule: withTheAccount() },
    'public.friend_codes': {
      personal: ['code_mac', 'person_id', 'ask', 'uses_left'],
      plain: ['expires_at'],
      rule: withTheAccount('a day after its ten minutes, by friend-codes.repository.ts'),
    },
    'public.blocks': { personal: ['person_id', 'blocked_id', 'created_at'], plain: [], rule: withTheAccount() },
    'public.mutes': { personal: ['person_id', 'muted_id', 'created_at'], plain: [], rule: withTheAccount() },
    'public.close_friends': { personal: ['person_id', 'friend_id'], plain: [], rule: withTheAccount() },
  },
};
