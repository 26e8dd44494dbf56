import type { Redis } from 'ioredis';

const PATIENCE_MS = 5000;

export interface RedisFacts {
  readonly version: string;
  /** `noeviction`, or what it throws away when it is full. */
  readonly policy: string;
  /** It writes down what it has (AOF). */
  readonly writesDown: boolean;
}

/** @throws Error where it does not answer in time: the client itself would try for ever */
export async function readRedisFacts(client: Redis): Promise<RedisFacts> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer')), PATIENCE_MS);
  });
  try {
    const text = await Promise.race([client.info(), late]);
    const facts = new Map([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]));
    return {
      version: facts.get('redis_version') ?? '0',
      policy: facts.get('maxmemory_policy') ?? 'unknown',
      writesDown: facts.get('aof_enabled') === '1',
    };
  } finally {
    clearTimeout(timer);
  }
}
