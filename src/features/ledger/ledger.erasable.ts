import { never, type Erasable } from '../../platform/erasure/index.js';

const forGood = never('the public log: commitments are hashes under a salt that dies with its snap');

export const ledgerErasable: Erasable = {
  owner: 'ledger',
  tables: {
    'public.ledger_outbox': { personal: [], plain: ['id', 'leaf', 'subject', 'written_at'], rule: forGood },
    'public.log_leaves': { personal: [], plain: ['position', 'outbox_id', 'leaf_hash', 'leaf'], rule: forGood },
    'public.log_nodes': { personal: [], plain: ['level', 'index', 'hash'], rule: forGood },
    'public.log_cuts': { personal: [], plain: ['cut'], rule: forGood },
    'public.log_checkpoints': { personal: [], plain: ['size', 'note', 'published_at'], rule: forGood },
  },
  objects: [{ store: 'media', names: /^log\/[a-z0-9/._+-]+$/i, rule: forGood }],
};
