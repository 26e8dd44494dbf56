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
    ['an hour longer than any life', { SNAP_TTL_SECONDS: '60', BUCKET_SECONDS: '61' }, 'BUCKET_SECONDS'],
    ['half a second', { BUCKET_SECONDS: '0.5' }, 'BUCKET_SECONDS'],
    [
      'several processes without Redis',
      { ROLE: 'api', DATABASE_URL: 'postgres://x/y', S3_ENDPOINT: 'http://s3', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' },
      'REDIS_URL',
    ],
    [
      'keys and ciphertext in one bucket',
      { S3_ENDPOINT: 'http://s3', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b', S3_BUCKET: 'x', S3_VAULT_BUCKET: 'x' },
      'S3_VAULT_BUCKET',
    ],
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

  it('R57: production refuses what is missing, guessable or for tests', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual(['DATABASE_URL', 'S3_ENDPOINT', 'MASTER_KEY', 'LOG_SIGNING_KEY', 'PUBLIC_URL']);
    const sound = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://app@db/flits',
      S3_ENDPOINT: 'http://s3',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'secret',
      MASTER_KEY: KEY,
      LOG_SIGNING_KEY: KEY,
      PUBLIC_URL: 'https://flits.example',
    };
    expect(faultsOf(sound)).toEqual([]);
    expect(faultsOf({ ...sound, MASTER_KEY: Buffer.alloc(32, 7).toString('base64') })).toEqual(['MASTER_KEY']);
    expect(faultsOf({ ...sound, LOG_SIGNING_KEY: Buffer.from([...Array(32).keys()]).toString('base64') })).toEqual(['LOG_SIGNING_KEY']);
    expect(faultsOf({ ...sound, CRASH_AT: 'after_decode', PLAIN_UPLOADS: 'allow' })).toEqual(['CRASH_AT', 'PLAIN_UPLOADS']);
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
