import type { Redis } from 'ioredis';
import { closeRedis, connectRedis } from '../../platform/redis/index.js';
import { fail, ok, warn, type Examination, type Finding } from './finding.js';

const PART = 'redis';
const LEAST_VERSION = '6.2';
const READY_MS = 5000;

/** Version, eviction, persistence. */
export const redis: Examination = {
  part: PART,
  cure: 'Is Redis up, and are host and password of REDIS_URL right?',
  async run({ config, log }) {
    if (!config.REDIS_URL) return [ok(PART, 'Not configured: queues live in PostgreSQL, hints in the process.')];
    const client = connectRedis(config.REDIS_URL, { name: 'doctor', failFast: false }, log);
    try {
      return about(await information(client));
    } finally {
      await closeRedis(client);
    }
  },
};

/** @throws Error where it does not answer in time: the client itself would try for ever */
async function information(client: Redis): Promise<ReadonlyMap<string, string>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer')), READY_MS);
  });
  try {
    const text = await Promise.race([client.info(), late]);
    return new Map([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]));
  } finally {
    clearTimeout(timer);
  }
}

function about(facts: ReadonlyMap<string, string>): Finding[] {
  const version = facts.get('redis_version') ?? '0';
  const policy = facts.get('maxmemory_policy') ?? 'unknown';
  return [
    version.localeCompare(LEAST_VERSION, 'en', { numeric: true }) < 0
      ? fail(PART, `Redis ${version} is too old.`, 'Use Redis 7.')
      : ok(PART, `Redis ${version}.`),
    policy === 'noeviction'
      ? ok(PART, 'It evicts nothing.')
      : fail(PART, `maxmemory-policy is ${policy}: waiting jobs may be thrown away.`, 'Set maxmemory-policy to noeviction.'),
    facts.get('aof_enabled') === '1'
      ? ok(PART, 'It writes down what it has (AOF).')
      : warn(PART, 'It forgets everything at a restart; work is then re-made from rows within 30 s.', 'Set appendonly yes.'),
  ];
}
