import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError, loadConfig } from './config.js';

const KEY = randomBytes(32).toString('base64');

function faultsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ variable }) => variable);
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('needs nothing, and is frozen', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      PORT: 3000,
      ROLE: 'all',
      SNAP_TTL_SECONDS: 259_200,
      BUCKET_SECONDS: 3600,
      PUBLIC_URL: 'http://localhost:3000',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('says all faults at once, by name and never by value', () => {
    const environment = {
      PORT: 'seventy',
      ROLE: 'king',
      SNAP_TTL_SECONDS: '259201',
      DATABASE_URL: 'mysql://user:hunter2@host',
      MASTER_KEY: 'hunter2',
    };
    expect(faultsOf(environment)).toEqual(['ROLE', 'PORT', 'DATABASE_URL', 'MASTER_KEY', 'SNAP_TTL_SECONDS']);
    expect(() => loadConfig(environment)).toThrow(/^(?!.*hunter2)/s);
  });

  it.each([
    ['T above 72 h', { SNAP_TTL_SECONDS: '259201' }, 'SNAP_TTL_SECONDS'],
    ['more than 72 hours alive at once', { SNAP_TTL_SECONDS: '7300', BUCKET_SECONDS: '100' }, 'BUCKET_SECONDS'],
    ['an hour whose key would outlive a store’s rule', { SNAP_TTL_SECONDS: '259200', BUCKET_SECONDS: '6100' }, 'BUCKET_SECONDS'],
    ['an hour longer than any life', { SNAP_TTL_SECONDS: '60', BUCKET_SECONDS: '61' }, 'BUCKET_SECONDS'],
    ['half a second', { BUCKET_SECONDS: '0.5' }, 'BUCKET_SECONDS'],
    [
      'several processes without Redis',
      { ROLE: 'api', DATABASE_URL: 'postgres://x/y', S3_ENDPOINT: 'http://s3', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' },
      'REDIS_URL',
    ],
    [
      'an owner of the store without its secret',
      { S3_ENDPOINT: 'http://s3', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b', S3_OWNER_ACCESS_KEY_ID: 'o' },
      'S3_OWNER_ACCESS_KEY_ID',
    ],
    [
      'keys and ciphertext in one bucket',
      { S3_ENDPOINT: 'http://s3', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b', S3_BUCKET: 'x', S3_VAULT_BUCKET: 'x' },
      'S3_VAULT_BUCKET',
    ],
    ['a proxy that is no address', { TRUSTED_PROXIES: '10.0.0.0/8, proxy' }, 'TRUSTED_PROXIES'],
    ['a network that is none', { TRUSTED_PROXIES: '10.0.0.0/99' }, 'TRUSTED_PROXIES'],
    ['everybody as a proxy', { TRUSTED_PROXIES: '0.0.0.0/0' }, 'TRUSTED_PROXIES'],
    ['an origin without its scheme', { ALLOWED_ORIGINS: 'app.example.org' }, 'ALLOWED_ORIGINS'],
    ['an origin with a path', { ALLOWED_ORIGINS: 'https://app.example.org/' }, 'ALLOWED_ORIGINS'],
    ['one port for both', { PORT: '3001' }, 'ADMIN_PORT'],
    ['a contact that is no link', { ABUSE_CONTACT: 'abuse@example.org' }, 'ABUSE_CONTACT'],
    ['terms that anybody on the way may change', { TERMS_URL: 'http://example.org/terms' }, 'TERMS_URL'],
  ])('refuses %s', (_what, environment, variable) => {
    expect(faultsOf(environment)).toEqual([variable]);
  });

  it.each([
    [60, 1],
    [72, 1],
    [100, 2],
    [259_200, 3600],
  ])('a life of %i s has hours of %i s', (ttl, bucket) => {
    expect(loadConfig({ SNAP_TTL_SECONDS: String(ttl) }).BUCKET_SECONDS).toBe(bucket);
  });

  describe('R57: production', () => {
    const sound = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://app@db/flits',
      S3_ENDPOINT: 'http://s3',
      PUBLIC_S3_ENDPOINT: 'https://media.flits.example',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'a-long-secret-of-s3',
      MASTER_KEY: KEY,
      LOG_SIGNING_KEY: randomBytes(32).toString('base64'),
      PUBLIC_URL: 'https://flits.example',
      TRUSTED_PROXIES: '10.0.0.0/8',
    };

    it('takes what is sound', () => {
      expect(faultsOf(sound)).toEqual([]);
      expect(faultsOf({ ...sound, TRUSTED_PROXIES: '', TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' })).toEqual([]);
    });

    it('names all that is missing at once', () => {
      expect(faultsOf({ NODE_ENV: 'production' })).toEqual(['DATABASE_URL', 'S3_ENDPOINT', 'MASTER_KEY', 'LOG_SIGNING_KEY', 'PUBLIC_URL']);
    });

    it.each<[string, Record<string, string>, string]>([
      ['a key of one byte', { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') }, 'MASTER_KEY'],
      ['a key that counts', { LOG_SIGNING_KEY: Buffer.from([...Array(32).keys()]).toString('base64') }, 'LOG_SIGNING_KEY'],
      ['one key for two purposes', { LOG_SIGNING_KEY: KEY }, 'LOG_SIGNING_KEY'],
      ['a well-known key of the store', { S3_SECRET_ACCESS_KEY: 'minioadmin' }, 'S3_SECRET_ACCESS_KEY'],
      ['a short password of the database', { DATABASE_URL: 'postgres://app:hunter2@db/flits' }, 'DATABASE_URL'],
      ['a password that is the name', { DATABASE_URL: 'postgres://flits-application:flits-application@db/flits' }, 'DATABASE_URL'],
      ['a short password of Redis', { REDIS_URL: 'redis://:redis@redis' }, 'REDIS_URL'],
      [
        'the store’s owner as the application',
        { S3_ACCESS_KEY_ID: 'k-1', S3_OWNER_ACCESS_KEY_ID: 'k-1', S3_OWNER_SECRET_ACCESS_KEY: 'twelve-letters-1' },
        'S3_OWNER_ACCESS_KEY_ID',
      ],
      [
        'a weak secret of the store’s owner',
        { S3_OWNER_ACCESS_KEY_ID: 'k-2', S3_OWNER_SECRET_ACCESS_KEY: 'minioadmin' },
        'S3_OWNER_SECRET_ACCESS_KEY',
      ],
      ['the owner as the application', { DATABASE_OWNER_URL: 'postgres://app@db/flits' }, 'DATABASE_OWNER_URL'],
      ['an address without TLS', { PUBLIC_URL: 'http://flits.example' }, 'PUBLIC_URL'],
      ['TLS by nobody', { TRUSTED_PROXIES: '' }, 'TLS_CERT'],
      ['media without TLS', { PUBLIC_S3_ENDPOINT: '' }, 'PUBLIC_S3_ENDPOINT'],
      ['a point to crash at', { CRASH_AT: 'after_decode' }, 'CRASH_AT'],
      ['plain uploads', { PLAIN_UPLOADS: 'allow' }, 'PLAIN_UPLOADS'],
      ['lines for debugging', { LOG_LEVEL: 'debug' }, 'LOG_LEVEL'],
      ['lines for tracing', { LOG_LEVEL: 'trace' }, 'LOG_LEVEL'],
      ['one bucket for keys and ciphertext', { S3_VAULT_BUCKET: 'flits' }, 'S3_VAULT_BUCKET'],
    ])('refuses %s, and says so without its value', (_what, environment, variable) => {
      expect(faultsOf({ ...sound, ...environment })).toEqual([variable]);
      const [value = ''] = Object.values(environment);
      const secret = URL.canParse(value) ? new URL(value).password : value;
      if (/KEY|_URL$/.test(variable) && secret) expect(() => loadConfig({ ...sound, ...environment })).not.toThrow(secret);
    });

    it('says what is faulty beside what is missing, each once', () => {
      expect(faultsOf({ NODE_ENV: 'production', PORT: 'seventy', MASTER_KEY: 'short', CRASH_AT: 'here' }).sort()).toEqual([
        'CRASH_AT',
        'DATABASE_URL',
        'LOG_SIGNING_KEY',
        'MASTER_KEY',
        'PORT',
        'PUBLIC_URL',
        'S3_ENDPOINT',
      ]);
    });
  });

  it('R33: a secret is shown by no way of printing', () => {
    const config = loadConfig({ MASTER_KEY: KEY });
    for (const printed of [String(config.MASTER_KEY), JSON.stringify(config), inspect(config, { depth: 5 })]) {
      expect(printed).toContain('[redacted]');
      expect(printed).not.toContain(KEY);
    }
    expect(config.MASTER_KEY?.reveal()).toBe(KEY);
  });

  it('reads a value from a file, and not from two places', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flits-config-'));
    const path = join(folder, 'key');
    writeFileSync(path, `${KEY}\n`);
    expect(loadConfig({ MASTER_KEY_FILE: path }).MASTER_KEY?.reveal()).toBe(KEY);
    expect(faultsOf({ MASTER_KEY_FILE: path, MASTER_KEY: KEY })).toEqual(['MASTER_KEY']);
    expect(faultsOf({ MASTER_KEY_FILE: join(folder, 'nothing') })).toEqual(['MASTER_KEY_FILE']);
    rmSync(folder, { recursive: true });
  });
});
