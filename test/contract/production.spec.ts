import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Flits } from '../../src/app/flits.js';
import { ConfigError, loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { answeringStore } from '../support/answering-store.js';
import { flitsCommand } from '../support/command-line.js';
import { makeCertificate, type CertificateFiles } from '../support/certificate.js';
import { openBucket } from '../support/bucket-policy.js';
import { testEnvironment } from '../support/flits.js';
import { OwnRedis } from '../support/own-redis.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

// Production takes no embedded services, so this needs given ones.
(process.env.TEST_SERVICES ? describe : describe.skip)('R57: production', () => {
  let folder: string;
  let database: TestDatabase;
  let redis: OwnRedis;
  let files: CertificateFiles;
  let sound: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flits-production-'));
    [database, redis, files] = await Promise.all([createTestDatabase(), OwnRedis.start(), makeCertificate(folder)]);
  });
  afterAll(async () => {
    await Promise.all([database.drop(), redis.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** As an operator would write it, with buckets as `flits init` makes them. */
  beforeEach(async () => {
    const { DATABASE_OWNER_URL: _, ...environment } = await testEnvironment(database, folder);
    const { TLS_CERT, TLS_KEY } = files;
    sound = {
      ...environment,
      NODE_ENV: 'production',
      ROLE: 'api',
      REDIS_URL: redis.url,
      TLS_CERT,
      TLS_KEY,
      PUBLIC_URL: `https://localhost:${environment.PORT}`,
      PUBLIC_S3_ENDPOINT: 'https://media.flits.test',
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_SIGNING_KEY: randomBytes(32).toString('base64'),
    };
    expect((await flitsCommand(sound, 'init')).answer.ok).toBe(true);
  });

  const start = async (environment: Record<string, string>) =>
    Flits.start(loadConfig(environment), { log: createLogger({ level: 'silent' }) });

  /** By variable and message; whatever starts all the same is stopped. */
  async function faultsOf(environment: Record<string, string>): Promise<Record<string, string>> {
    try {
      const flits = await start(environment);
      await flits.stop();
      return {};
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return Object.fromEntries(error.faults.map(({ variable, message }) => [variable, message]));
    }
  }

  it('starts on services that are as they should be, and speaks TLS by its own certificate', async () => {
    const flits = await start(sound);
    try {
      const answer = await new Promise<unknown>((resolve, reject) => {
        get(`${sound.PUBLIC_URL}/v1/server`, { ca: files.certificate }, (response) => resolve(json(response))).once('error', reject);
      });
      expect(answer).toMatchObject({ name: 'Flits', realtime_url: expect.stringMatching(/^wss:/) as string });
      await expect(fetch(`http://localhost:${sound.PORT}/livez`)).rejects.toThrow();
    } finally {
      await flits.stop();
    }
  });

  it('`flits init` lets pages of PUBLIC_URL and of a named origin PUT there, and no other', async () => {
    const { answer } = await flitsCommand({ ...sound, ALLOWED_ORIGINS: 'https://app.example' }, 'init');
    expect(answer.media).toMatchObject({ cors: 'set' });
    const preflight = async (origin: string) => {
      const headers = {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,x-amz-checksum-sha256',
      };
      const response = await fetch(`${sound.S3_ENDPOINT}/${sound.S3_BUCKET}/incoming/x`, { method: 'OPTIONS', headers });
      return response.headers.get('access-control-allow-origin');
    };
    for (const origin of ['https://app.example', new URL(sound.PUBLIC_URL!).origin]) expect(await preflight(origin)).toBe(origin);
    expect(await preflight('https://elsewhere.example')).toBeNull();
  });

  it('refuses each bucket that gives itself away, by listing or by reading', async () => {
    await openBucket(sound, sound.S3_BUCKET!, 's3:ListBucket');
    expect(await faultsOf(sound)).toEqual({ S3_BUCKET: expect.stringContaining('public') as string });
    await openBucket(sound, sound.S3_VAULT_BUCKET!, 's3:GetObject');
    expect(await faultsOf(sound)).toEqual({
      S3_BUCKET: expect.stringContaining('is public (s3:ListBucket') as string,
      S3_VAULT_BUCKET: expect.stringContaining('is public (s3:GetObject') as string,
    });
  });

  const lateRule = '<Rule><Status>Enabled</Status><Expiration><Days>5</Days></Expiration></Rule>';

  it.each([
    [
      'keep versions',
      '?versioning',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
      'keeps copies (VersioningEnabled)',
    ],
    [
      'kept versions once',
      '?versioning',
      '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
      'keeps copies (VersioningSuspended)',
    ],
    [
      'lock objects',
      '?object-lock',
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
      'keeps copies (ObjectLockEnabled)',
    ],
    [
      'are copied elsewhere',
      '?replication',
      '<ReplicationConfiguration><Role>r</Role></ReplicationConfiguration>',
      'keeps copies (ReplicationEnabled)',
    ],
    ['no rule empties', '?lifecycle', '<LifecycleConfiguration/>', 'has no rule that empties it 4 days after'],
    [
      'a rule empties a day late',
      '?lifecycle',
      `<LifecycleConfiguration>${lateRule}</LifecycleConfiguration>`,
      'has no rule that empties it 4 days after',
    ],
  ])('R29: refuses buckets that %s', async (_what, question, answer, words) => {
    const store = await answeringStore(question, answer);
    try {
      const fault = expect.stringContaining(words) as string;
      const { S3_ENDPOINT = '' } = store.environment;
      expect(await faultsOf({ ...sound, S3_ENDPOINT })).toEqual({ S3_BUCKET: fault, S3_VAULT_BUCKET: fault });
    } finally {
      store.close();
    }
  });

  it('refuses a Redis that throws away', async () => {
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const faults = await faultsOf(sound);
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.quit();
    expect(faults).toEqual({ REDIS_URL: expect.stringContaining('maxmemory-policy allkeys-lru') as string });
  });

  it('R34: refuses an application that could change the log', async () => {
    const faults = await faultsOf({ ...sound, DATABASE_URL: database.ownerUrl.reveal() });
    expect(faults).toEqual({ DATABASE_URL: expect.stringContaining('may change or delete rows of the public log') as string });
  });

  it('refuses a certificate that has run out', async () => {
    const old = await makeCertificate(folder, { host: 'old.localhost', days: -1 });
    const faults = await faultsOf({ ...sound, TLS_CERT: old.TLS_CERT, TLS_KEY: old.TLS_KEY });
    expect(faults).toEqual({ TLS_CERT: expect.stringContaining('has run out') as string });
  });

  it('refuses a clock that only tests may shift', async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl.reveal() });
    await owner.connect();
    const clock = (body: string) =>
      owner.query(`CREATE OR REPLACE FUNCTION flits_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$ SELECT ${body} $$`);
    try {
      await clock(`clock_timestamp() + interval '1 minute'`);
      await expect(start(sound)).rejects.toThrow('flits_now() is shifted');
    } finally {
      await clock('clock_timestamp()');
      await owner.end();
    }
  });

  it('names all that is wrong with its services at once, and the values of none', async () => {
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'volatile-ttl');
    await openBucket(sound, sound.S3_BUCKET!, 's3:GetObject');
    const old = await makeCertificate(folder, { host: 'older.localhost', days: -2 });
    const bad = { ...sound, DATABASE_URL: database.ownerUrl.reveal(), TLS_CERT: old.TLS_CERT, TLS_KEY: old.TLS_KEY };
    const error = await start(bad).catch((refusal: unknown) => refusal as Error);
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.quit();
    const { message } = error as Error;
    for (const name of ['TLS_CERT', 'DATABASE_URL', 'REDIS_URL', 'S3_BUCKET']) expect(message).toContain(`  ${name} `);
    const secrets = [new URL(bad.DATABASE_URL).password, sound.S3_SECRET_ACCESS_KEY!, sound.MASTER_KEY!];
    for (const secret of secrets) expect(message).not.toContain(secret);
  });
});
