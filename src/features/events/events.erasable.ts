import { withItsStep, withTheAccount, type Erasable } from '../../platform/erasure/index.js';

export const eventsErasable: Erasable = {
  owner: 'events',
  tables: {
    'mortal.events': { personal: ['owner_id', 'ref', 'actor', 'device_id', 'type', 'at', 'seq'], plain: [], rule: withItsStep },
    'public.event_heads': { personal: ['person_id'], plain: ['head'], rule: withTheAccount() },
  },
};
