import { closeRedis, connectRedis, readRedisFacts, type RedisFacts } from '../../platform/redis/index.js';
import { fail, ok, warn, type Examination, type Finding } from './finding.js';

const PART = 'redis';
const LEAST_VERSION = '6.2';

/** Version, eviction, persistence. */
export const redis: Examination = {
  part: PART,
  cure: 'Is Redis up, and are host and password of REDIS_URL right?',
  async run({ config, log }) {
    if (!config.REDIS_URL) return [ok(PART, 'Not configured: queues live in PostgreSQL, hints in the process.')];
    const client = connectRedis(config.REDIS_URL, { name: 'doctor', failFast: false }, log);
    try {
      return about(await readRedisFacts(client));
    } finally {
      await closeRedis(client);
    }
  },
};

function about({ version, policy, writesDown }: RedisFacts): Finding[] {
  return [
    version.localeCompare(LEAST_VERSION, 'en', { numeric: true }) < 0
      ? fail(PART, `Redis ${version} is too old.`, 'Use Redis 7.')
      : ok(PART, `Redis ${version}.`),
    policy === 'noeviction'
      ? ok(PART, 'It evicts nothing.')
      : fail(PART, `maxmemory-policy is ${policy}: waiting jobs may be thrown away.`, 'Set maxmemory-policy to noeviction.'),
    writesDown
      ? ok(PART, 'It writes down what it has (AOF).')
      : warn(PART, 'It forgets everything at a restart; work is then re-made from rows within 30 s.', 'Set appendonly yes.'),
  ];
}
