import { afterItsTime, type Erasable } from '../../platform/erasure/index.js';

export const realtimeErasable: Erasable = {
  owner: 'realtime',
  tables: {
    'public.socket_counts': {
      personal: [],
      plain: ['process', 'sockets', 'counted_at'],
      rule: afterItsTime('socket-counts.ts, with its process, or a minute after it fell silent'),
    },
  },
};
