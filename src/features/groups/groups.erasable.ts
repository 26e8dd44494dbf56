import { withTheAccount, type Erasable } from '../../platform/erasure/index.js';

export const groupsErasable: Erasable = {
  owner: 'groups',
  tables: {
    'public.groups': {
      personal: ['id', 'name', 'owner_id', 'created_at'],
      plain: [],
      rule: withTheAccount('the last member who leaves takes it along; an owner who is gone hands it on'),
    },
    'public.group_members': { personal: ['group_id', 'person_id', 'state', 'invited_by', 'since'], plain: [], rule: withTheAccount() },
  },
};
