import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Terminal } from '../../src/cli/terminal.js';
import { doctor } from '../../src/cli/commands/doctor.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { answeringStore } from '../support/answering-store.js';
import { openBucket } from '../support/bucket-policy.js';
import { makeCertificate } from '../support/certificate.js';
import { freePort } from '../support/free-port.js';
import { testEnvironment, TestFlits } from '../support/flits.js';
import { OwnRedis } from '../support/own-redis.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** Each fault is planted for real, and the doctor has to find it and to name a cure. */
describe('flits doctor', () => {
  let flits: TestFlits;
  let healthy: Record<string, string>;

  beforeAll(async () => {
    flits = await TestFlits.start();
    healthy = environmentOf(flits);
  });
  afterAll(() => flits.stop());

  it('is content with a Flits that runs', async () => {
    const { ok, findings } = await examine(healthy);
    expect(findings.filter(({ state }) => state === 'fail')).toEqual([]);
    expect(ok).toBe(true);
    expect(findings.map(({ words }) => words).join('\n')).toMatch(/opens the keys of all \d+ living hours/);
  });

  it('R33: says no secret, whatever it finds', async () => {
    const key = Buffer.alloc(32, 9).toString('base64');
    const { text } = await examine({ ...healthy, MASTER_KEY: key, DATABASE_URL: 'postgres://flits_app:hidden@127.0.0.1:1/flits' });
    expect(text).not.toMatch(/hidden/);
    expect(text).not.toContain(key);
  });

  describe('finds and names the cure of', () => {
    it('a database that is away', async () => {
      await expectFault({ ...healthy, DATABASE_URL: `postgres://a:b@127.0.0.1:${await freePort()}/x` }, 'postgres', /cannot be asked/);
    });

    it('an application that is the owner, who could change the log (R34)', async () => {
      await expectFault(
        { ...healthy, DATABASE_URL: healthy.DATABASE_OWNER_URL ?? '' },
        'postgres',
        /change or delete rows of the public log/,
        'warn',
      );
    });

    it('another width of an hour', async () => {
      await expectFault({ ...healthy, BUCKET_SECONDS: '1800' }, 'postgres', /made with BUCKET_SECONDS=3600/);
    });

    it('a role that could make tables, which nobody would purge (R34)', async () => {
      const role = new URL(healthy.DATABASE_URL!).username;
      await flits.asOwner(`GRANT CREATE ON SCHEMA mortal TO ${role}`);
      try {
        await expectFault(healthy, 'postgres', /may make tables of its own/, 'warn');
      } finally {
        await flits.asOwner(`REVOKE CREATE ON SCHEMA mortal FROM ${role}`);
      }
    });

    it('a configuration with faults, each by its variable', async () => {
      await expectFault({ ...healthy, PORT: 'seventy', ROLE: 'king' }, 'configuration', /^PORT /);
      const shared = {
        S3_ENDPOINT: 'http://s3',
        S3_ACCESS_KEY_ID: 'a',
        S3_SECRET_ACCESS_KEY: 'b',
        S3_BUCKET: 'one',
        S3_VAULT_BUCKET: 'one',
      };
      await expectFault({ ...healthy, ...shared }, 'configuration', /^S3_VAULT_BUCKET must differ from S3_BUCKET/);
    });

    it('a data folder of another PostgreSQL', async () => {
      const { DATABASE_URL: _app, DATABASE_OWNER_URL: _owner, ...embedded } = healthy;
      const data = await mkdtemp(join(tmpdir(), 'flits-doctor-'));
      await chmod(data, 0o711); // for the user whom PostgreSQL runs as
      await mkdir(join(data, 'postgres/data'), { recursive: true });
      await writeFile(join(data, 'postgres/data/PG_VERSION'), '12\n');
      await expectFault({ ...embedded, FLITS_DATA: data }, 'postgres', /made by PostgreSQL 12/);
      await rm(data, { recursive: true });
    });

    it('ffmpeg that is not there, and a folder for clips that is on a disk', async () => {
      await expectFault({ ...healthy, FFMPEG_PATH: '/nowhere/ffmpeg' }, 'media tools', /names no ffmpeg/);
      await expectFault({ ...healthy, CLIP_FOLDER: '/usr' }, 'media tools', /which is on a disk/, 'warn');
    });

    it('a certificate that is not there, for somebody else, or no longer good', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'flits-doctor-'));
      const PUBLIC_URL = 'https://localhost';
      const old = await makeCertificate(folder, { days: -1 });
      const others = await makeCertificate(folder, { host: 'flits.example' });
      await expectFault(
        { ...healthy, PUBLIC_URL, TLS_CERT: '/nowhere.pem', TLS_KEY: '/nowhere.key' },
        'public port',
        /TLS_CERT cannot be read/,
      );
      await expectFault({ ...healthy, PUBLIC_URL, TLS_CERT: old.TLS_CERT, TLS_KEY: old.TLS_KEY }, 'public port', /has run out/);
      await expectFault(
        { ...healthy, PUBLIC_URL, TLS_CERT: others.TLS_CERT, TLS_KEY: others.TLS_KEY },
        'public port',
        /not one for localhost/,
      );
      await rm(folder, { recursive: true });
    });

    it.each([
      ['keeps versions', '?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>', /VersioningEnabled/],
      [
        'kept versions once',
        '?versioning',
        '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
        /VersioningSuspended/,
      ],
      [
        'locks objects',
        '?object-lock',
        '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
        /ObjectLockEnabled/,
      ],
      ['is copied elsewhere', '?replication', '<ReplicationConfiguration><Role>r</Role></ReplicationConfiguration>', /ReplicationEnabled/],
    ])('a bucket that %s (R29)', async (_what, question, answer, words) => {
      const store = await answeringStore(question, answer);
      try {
        await expectFault({ ...healthy, ...store.environment }, 'key vault bucket', words);
      } finally {
        store.close();
      }
    });

    it.each([
      ['no rule', '<LifecycleConfiguration/>'],
      [
        'only a rule that comes a day late',
        '<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>5</Days></Expiration></Rule></LifecycleConfiguration>',
      ],
    ])('buckets that %s would empty once the server is switched off', async (_what, rules) => {
      const store = await answeringStore('?lifecycle', rules);
      try {
        for (const part of ['object store', 'key vault bucket']) {
          await expectFault({ ...healthy, ...store.environment }, part, /^No rule empties it 4 days after/, 'warn');
        }
      } finally {
        store.close();
      }
    });

    it('a disk that is nearly full', async () => {
      await expectFault({ ...healthy, DISK_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER) }, 'machine', /refused with storage_low/);
    });

    it('another master key', async () => {
      await expectFault({ ...healthy, MASTER_KEY: randomBytes(32).toString('base64') }, 'key vault', /wrapped by another master key/);
    });

    it('a Redis that is away', async () => {
      await expectFault({ ...healthy, REDIS_URL: `redis://127.0.0.1:${await freePort()}` }, 'redis', /does not answer/);
    });

    it('an object store that is away', async () => {
      const away = { S3_ENDPOINT: `http://127.0.0.1:${await freePort()}`, S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' };
      await expectFault({ ...healthy, ...away }, 'object store', /cannot be asked/);
    });

    it.each([
      ['two minutes', 122, 'warn'],
      ['an hour, with which it would refuse every request', 3600, 'fail'],
    ])('a clock of the store that is off by %s', async (_what, seconds, state) => {
      const store = await answeringStore('?nothing', '', -seconds);
      try {
        await expectFault({ ...healthy, ...store.environment }, 'clock', /The object store's clock is \d+ s off/, state);
      } finally {
        store.close();
      }
    });
  });

  describe('in a database of its own, finds and names the cure of', () => {
    let broken: TestFlits;
    let environment: Record<string, string>;

    beforeEach(async () => {
      broken = await TestFlits.start();
      environment = environmentOf(broken);
      await broken.stopWorker();
    });
    afterEach(() => broken.stop());

    it('a shifted flits_now()', async () => {
      await broken.shiftClock(600);
      await expectFault(environment, 'postgres', /flits_now\(\) is shifted/, 'warn');
    });

    it('an hour that is late, and none ahead', async () => {
      await broken.asOwner(`UPDATE hours SET label = label - 2592000000, state = 'dropped'`);
      await expectFault(environment, 'hours', /hours are over for more than 5 minutes/);
      await broken.asOwner(`UPDATE hours SET state = 'closed'`);
      await expectFault(environment, 'hours', /No hour lies ahead/, 'warn');
    });

    it('a key that is missing, and one that was swapped', async () => {
      const [label] = await broken.platform.vault.labels();
      await broken.platform.vault.destroy(label ?? 0);
      await broken.asOwner(`UPDATE hours SET key_hash = '\\x00' WHERE label = (SELECT max(label) FROM hours)`);
      const findings = await expectFault(environment, 'key vault', /keys of 1 living hours are missing/);
      expect(findings.map(({ words }) => words).join('\n')).toMatch(/keys of 1 living hours are not the ones they were made with/);
    });
  });

  describe('in a database that nobody migrated', () => {
    let database: TestDatabase;
    let folder: string;

    beforeEach(async () => {
      database = await createTestDatabase();
      folder = await mkdtemp(join(tmpdir(), 'flits-doctor-'));
    });
    afterEach(async () => {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    });

    it('says how to migrate it', async () => {
      const owner = new pg.Client({ connectionString: database.ownerUrl.reveal() });
      await owner.connect();
      await owner.query('DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
      await owner.end();
      await expectFault(await testEnvironment(database, folder), 'postgres', /not up to date/);
    });
  });

  // On the embedded column there is neither.
  (process.env.TEST_SERVICES ? describe : describe.skip)('on Redis and S3, finds and names the cure of', () => {
    it('a Redis that throws away, and forgets', async () => {
      const redis = await OwnRedis.start();
      const client = new Redis(redis.url);
      try {
        await expectFault({ ...healthy, REDIS_URL: redis.url }, 'redis', /forgets everything at a restart/, 'warn');
        await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
        await expectFault({ ...healthy, REDIS_URL: redis.url }, 'redis', /maxmemory-policy is allkeys-lru/);
      } finally {
        await client.quit();
        await redis.stop();
      }
    });

    it('a bucket that is not there', async () => {
      await expectFault({ ...healthy, S3_BUCKET: 'nobody-made-this' }, 'object store', /cannot be asked/);
    });

    it('R57: a bucket that anybody may list', async () => {
      await openBucket(healthy, healthy.S3_BUCKET!, 's3:ListBucket');
      await expectFault(healthy, 'object store', /Anybody may list the bucket/);
    });

    it('R57: a vault that anybody may read', async () => {
      await openBucket(healthy, healthy.S3_VAULT_BUCKET!, 's3:GetObject');
      await expectFault(healthy, 'key vault bucket', /Everybody is given s3:GetObject/);
    });
  });
});

interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly text: string;
}

async function examine(environment: Record<string, string>): Promise<Report> {
  const {
    ok = true,
    data,
    words,
  } = await doctor.run({ args: [], options: {}, isDryRun: false, isJson: false, environment, terminal: Terminal.ofProcess() });
  return { ok, findings: data.findings as Finding[], text: words.join('\n') };
}

async function expectFault(environment: Record<string, string>, part: string, words: RegExp, state = 'fail'): Promise<readonly Finding[]> {
  const { ok, findings } = await examine(environment);
  const found = findings.filter((finding) => finding.part === part && words.test(finding.words));
  expect([words.source, found.map((finding) => finding.state)]).toEqual([words.source, [state]]);
  expect(found[0]?.cure?.length).toBeGreaterThan(10);
  expect(ok).toBe(findings.every((finding) => finding.state !== 'fail'));
  return findings;
}

/** What its operator would have in the environment. */
function environmentOf({ flits }: TestFlits): Record<string, string> {
  const { config } = flits;
  const names = [
    ...['NODE_ENV', 'PORT', 'ADMIN_PORT', 'FLITS_DATA', 'FLITS_VAULT', 'SNAP_TTL_SECONDS', 'BUCKET_SECONDS', 'DISK_RESERVE_BYTES'],
    ...['DATABASE_URL', 'DATABASE_OWNER_URL', 'MASTER_KEY', 'LOG_SIGNING_KEY', 'REDIS_URL'],
    ...['S3_ENDPOINT', 'S3_BUCKET', 'S3_VAULT_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ] as const;
  const values = config as unknown as Record<string, string | number | { reveal(): string } | undefined>;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name];
      if (value === undefined) return [];
      return [[name, typeof value === 'object' ? value.reveal() : String(value)]];
    }),
  );
}
