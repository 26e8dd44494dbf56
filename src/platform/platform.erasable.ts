import { afterItsTime, never, withTheAccount, type Erasable } from './erasure/index.js';

/** What the platform itself keeps. BullMQ's schema `bullmq` holds jobs: opaque ids, gone when the job is done (queue/queues.ts). */
export const platformErasable: Erasable = {
  owner: 'platform',
  tables: {
    'public.settings': { personal: [], plain: ['name', 'value'], rule: never('what the database was made with, and the keys of the log') },
    'public.migrations': { personal: [], plain: ['id', 'timestamp', 'name'], rule: never('the history of the schema') },
    'public.idempotency_keys': {
      personal: ['scope', 'route', 'key_mac', 'body_mac', 'result_id'],
      plain: ['dies_at'],
      rule: withTheAccount('at the end of its result’s hour and after a day, by http/idempotency.ts'),
    },
  },
  redisKeys: [
    // Braces and all: one slot of a Redis Cluster.
    { keys: /^\{flits\}:/, rule: afterItsTime('BullMQ: finished jobs go at once, failed ones are bounded (queue/queues.ts)') },
    { keys: /^flits:limit:[a-z_]+:/, rule: afterItsTime('Redis itself, with the limit’s window') },
  ],
};
