import { createECDH } from 'node:crypto';
import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { Secret } from './secret.js';

/**
 * Every variable Flits reads, once: its form, its default, its words for docs/configuration.md.
 * Rules that span several variables stand below, in `checkTogether`.
 */

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const seconds = z.coerce.number().int('must be whole seconds').positive();
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true');
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
const listOf = (is: (item: string) => boolean, message: string) => list.refine((items) => items.every(is), message);
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
const secret = z
  .string()
  .min(1)
  .transform((value) => new Secret(value));
const secretUrl = (...protocols: string[]) => url(...protocols).transform((value) => new Secret(value));
const key32 = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 bytes in base64 (openssl rand -base64 32)')
  .transform((value) => new Secret(value));

const p256Key = z
  .string()
  .refine(isP256Key, 'must be a private key of P-256: 32 bytes in base64 or base64url (flits secrets make)')
  .transform((value) => new Secret(value));

/** How to reach somebody. */
const contact = z
  .string()
  .refine((value) => /^(mailto:.+@|https:\/\/)/.test(value) && URL.canParse(value), 'must be `mailto:` with an address, or an https URL')
  .optional();

export const MAX_SNAP_TTL_SECONDS = 259_200;
export const MAX_BUCKETS = 72;
/** Hours kept ready, keys and all, beyond the latest that a send of this moment could need: room for sleeping makers. */
export const HOURS_AHEAD = 12;
/** Stores that empty themselves do so after four days, and are two hours late at most in noticing that a day has passed. */
const OLDEST_KEY_SECONDS = 94 * 3600;

export const variables = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` is strict: it refuses default secrets, shifted clocks and plain uploads.'),
  ROLE: z
    .enum(['api', 'gateway', 'worker', 'all'])
    .default('all')
    .describe('Which modules this process runs. Several processes need REDIS_URL.'),
  HOST: z.string().default('127.0.0.1').describe('Address the public port listens on.'),
  PORT: port(3000).describe('Public port: HTTP API, realtime socket, health.'),
  ADMIN_HOST: z.string().default('127.0.0.1').describe('Address the admin port listens on.'),
  ADMIN_PORT: port(3001).describe('Admin port: metrics and `/admin/v1`.'),
  PUBLIC_URL: url('http:', 'https:').optional().describe('How people reach the public port. Default: `http://localhost:PORT`.'),
  ALLOWED_ORIGINS: listOf(isOrigin, 'must be origins such as https://app.example.org, without a path').describe(
    'Browser origins that may use the API and the socket, separated by commas.',
  ),
  TRUSTED_PROXIES: listOf(isNetwork, 'must be addresses or networks such as 10.0.0.0/8').describe(
    'Addresses or networks whose `X-Forwarded-For` is believed, separated by commas.',
  ),
  TLS_CERT: z.string().optional().describe('Certificate file (PEM) for the public port.'),
  TLS_KEY: z.string().optional().describe('Key file (PEM) for the public port.'),
  DATABASE_URL: secretUrl('postgres:', 'postgresql:')
    .optional()
    .describe("PostgreSQL, as the application's role. Without it an embedded PostgreSQL runs in FLITS_DATA."),
  DATABASE_OWNER_URL: secretUrl('postgres:', 'postgresql:')
    .optional()
    .describe("PostgreSQL, as the owner's role: used to migrate, nothing else."),
  REDIS_URL: secretUrl('redis:', 'rediss:')
    .optional()
    .describe('Redis for queues, hints and limits. Without it queues live in PostgreSQL and hints stay in the process (role `all` only).'),
  S3_ENDPOINT: url('http:', 'https:').optional().describe('Object store. Without it a folder in FLITS_DATA behind the same signed URLs.'),
  S3_REGION: z.string().default('us-east-1').describe('Region used for signing.'),
  S3_BUCKET: z.string().default('flits').describe('Bucket of ciphertext and of the public log.'),
  S3_VAULT_BUCKET: z.string().default('flits-vault').describe('Bucket of hour keys: another one, unversioned, out of every backup.'),
  S3_ACCESS_KEY_ID: secret.optional().describe('Access key of the object store.'),
  S3_SECRET_ACCESS_KEY: secret.optional().describe('Secret key of the object store.'),
  S3_OWNER_ACCESS_KEY_ID: secret
    .optional()
    .describe('Access key of who may make buckets and say what others may do in them; for `flits init` alone.'),
  S3_OWNER_SECRET_ACCESS_KEY: secret.optional().describe('The secret of that key.'),
  S3_FORCE_PATH_STYLE: flag(true).describe('`true` puts the bucket in the path, which most self-hosted stores want.'),
  PUBLIC_S3_ENDPOINT: url('http:', 'https:').optional().describe('How phones reach the object store, where that differs from S3_ENDPOINT.'),
  MASTER_KEY: key32
    .optional()
    .describe('32 bytes in base64: wraps hour keys; token, idempotency and franking keys derive from it. Embedded: made in FLITS_VAULT.'),
  LOG_SIGNING_KEY: key32
    .optional()
    .describe('Seed (32 bytes in base64) of the Ed25519 key that signs receipts and checkpoints. Embedded: made in FLITS_VAULT.'),
  VAPID_PRIVATE_KEY: p256Key
    .optional()
    .describe(
      'Private key (P-256, 32 bytes in base64url) by which push services know this server (RFC 8292). Without it nobody is woken up by push. Browsers subscribe to its public half: with another key every device has to subscribe anew. Embedded: made in FLITS_VAULT.',
    ),
  VAPID_SUBJECT: contact.describe(
    'How a push service reaches the operator: `mailto:…` or `https:…`. Default: PUBLIC_URL, where that is https.',
  ),
  PUSH_ALLOWED_HOSTS: list.describe(
    'Push services that may be at private addresses and without TLS, such as an ntfy of your own: `host:port` each, or a host for its ports 443 and 80, separated by commas. All others: https at public addresses.',
  ),
  LOG_PUBLIC: z.enum(['public', 'members']).default('public').describe('Who may read the log.'),
  REGISTRATION: z.enum(['open', 'invite', 'closed']).default('open').describe('Who may sign up.'),
  MIN_AGE: z.coerce.number().int().min(0).max(120).default(13).describe('Minimum age at sign-up, in years; 0 asks nobody.'),
  ABUSE_CONTACT: contact.describe('Whom to tell of abuse, also without an account: `mailto:…` or `https:…`. `GET /v1/server` says it.'),
  PRIVACY_CONTACT: contact.describe('The same for questions about what is held about somebody.'),
  TERMS_URL: url('https:').optional().describe('Your terms of use, for apps to show at sign-up.'),
  PRIVACY_URL: url('https:').optional().describe('Your privacy notice, the same way.'),
  SNAP_TTL_SECONDS: seconds
    .max(MAX_SNAP_TTL_SECONDS)
    .default(MAX_SNAP_TTL_SECONDS)
    .describe('Longest life of anything mortal. Never above 72 hours.'),
  BUCKET_SECONDS: seconds
    .optional()
    .describe(
      'Width of an hour: what dies together. Default: SNAP_TTL_SECONDS / 72, rounded up to whole seconds. Fixed when the database is made.',
    ),
  PLAIN_UPLOADS: z
    .enum(['allow', 'refuse'])
    .optional()
    .describe('Whether `encryption: "none"` uploads are taken. Default: `refuse` in production, else `allow`.'),
  UPLOADS_PER_DAY: z.coerce.number().int().positive().default(1000).describe('Uploads a person may make in any 24 hours.'),
  UPLOAD_BYTES_PER_DAY: z.coerce
    .number()
    .int()
    .min(200_000_000, 'must be at least 200000000: room for one clip and more')
    .default(5_000_000_000)
    .describe('Bytes a person may upload in any 24 hours.'),
  PHOTOS_WAITING: z.coerce
    .number()
    .int()
    .positive()
    .default(2000)
    .describe('Photos that may wait for a worker before no more are taken (503 at the ticket). Raise it with the number of workers.'),
  CLIPS_WAITING: z.coerce.number().int().positive().default(100).describe('The same for clips.'),
  VOICES_WAITING: z.coerce.number().int().positive().default(500).describe('The same for voice notes.'),
  FLITS_DATA: z.string().default('./.flits').describe('Folder of the embedded services.'),
  FLITS_VAULT: z
    .string()
    .optional()
    .describe('Folder of the embedded key vault and master key; never back it up. Default: FLITS_DATA with `-vault` behind it.'),
  DISK_RESERVE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Bytes that stay free on the disk of FLITS_DATA for purging: below, new snaps are refused with `storage_low`. Default: a tenth of the disk, and never less than 2 GiB.',
    ),
  FFMPEG_PATH: z
    .string()
    .optional()
    .describe('ffmpeg, with ffprobe beside it. Default: the one on PATH, else an old one that comes with Flits.'),
  CLIP_FOLDER: z
    .string()
    .optional()
    .describe(
      'Folder in memory (tmpfs) in which clips are worked on; production refuses one on a disk. Default: `/dev/shm` where there is one.',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe log line that is written. Production refuses `trace` and `debug`.'),
  CRASH_AT: z.string().optional().describe('Fault tests only: the named point at which this process kills itself. Refused in production.'),
} as const;

const schema = z.object(variables);

type Parsed = z.infer<typeof schema>;
export interface Env extends Omit<Parsed, 'PUBLIC_URL' | 'BUCKET_SECONDS' | 'FLITS_VAULT' | 'PLAIN_UPLOADS'> {
  readonly PUBLIC_URL: string;
  readonly BUCKET_SECONDS: number;
  readonly FLITS_VAULT: string;
  readonly PLAIN_UPLOADS: 'allow' | 'refuse';
}

/** A fault names its variable and says what is wrong and what to do, never what the value was. */
export interface ConfigFault {
  readonly variable: string;
  readonly message: string;
}

/** @returns what can be read of it, faulty variables as if they were not set, and every fault */
export function parseEnv(input: Readonly<Record<string, string | undefined>>): { env: Env; faults: ConfigFault[] } {
  const known = Object.fromEntries(Object.keys(variables).map((name) => [name, input[name] === '' ? undefined : input[name]]));
  const result = schema.safeParse(known);
  const issues = result.success ? [] : result.error.issues;
  const faults = issues.map((issue) => ({ variable: String(issue.path[0]), message: issue.message }));
  const parsed = result.data ?? schema.parse({ ...known, ...Object.fromEntries(faults.map(({ variable }) => [variable, undefined])) });
  const env: Env = {
    ...parsed,
    PUBLIC_URL: (parsed.PUBLIC_URL ?? `http://localhost:${parsed.PORT}`).replace(/\/+$/, ''),
    BUCKET_SECONDS: parsed.BUCKET_SECONDS ?? Math.max(1, Math.ceil(parsed.SNAP_TTL_SECONDS / MAX_BUCKETS)),
    FLITS_VAULT: parsed.FLITS_VAULT ?? `${parsed.FLITS_DATA.replace(/\/+$/, '')}-vault`,
    PLAIN_UPLOADS: parsed.PLAIN_UPLOADS ?? (parsed.NODE_ENV === 'production' ? 'refuse' : 'allow'),
  };
  return { env, faults: [...faults, ...checkTogether(env)] };
}

function checkTogether(env: Env): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const fault = (variable: keyof typeof variables, message: string) => faults.push({ variable, message });

  if (env.SNAP_TTL_SECONDS / env.BUCKET_SECONDS > MAX_BUCKETS) {
    fault('BUCKET_SECONDS', `must be at least SNAP_TTL_SECONDS / ${MAX_BUCKETS}: more than ${MAX_BUCKETS} living hours slow every look-up`);
  }
  if (env.BUCKET_SECONDS > env.SNAP_TTL_SECONDS) fault('BUCKET_SECONDS', 'must not be above SNAP_TTL_SECONDS');
  else if (env.SNAP_TTL_SECONDS + (HOURS_AHEAD + 1) * env.BUCKET_SECONDS > OLDEST_KEY_SECONDS)
    fault(
      'BUCKET_SECONDS',
      'is too long: an hour’s key, made ahead, would be older at its end than the 4 days after which a store empties itself',
    );
  if (env.PORT === env.ADMIN_PORT && env.PORT !== 0) fault('ADMIN_PORT', 'must differ from PORT');
  if (Boolean(env.TLS_CERT) !== Boolean(env.TLS_KEY)) fault('TLS_CERT', 'and TLS_KEY go together');
  if (env.ROLE !== 'all' && !env.REDIS_URL)
    fault('REDIS_URL', `is needed for ROLE=${env.ROLE}: several processes find each other through Redis`);
  if (env.ROLE !== 'all' && !env.DATABASE_URL)
    fault('DATABASE_URL', `is needed for ROLE=${env.ROLE}: the embedded PostgreSQL belongs to one process`);
  if (env.ROLE !== 'all' && !env.S3_ENDPOINT)
    fault('S3_ENDPOINT', `is needed for ROLE=${env.ROLE}: the folder store belongs to one process`);
  if (env.S3_ENDPOINT) {
    if (!env.S3_ACCESS_KEY_ID) fault('S3_ACCESS_KEY_ID', 'is needed with S3_ENDPOINT');
    if (!env.S3_SECRET_ACCESS_KEY) fault('S3_SECRET_ACCESS_KEY', 'is needed with S3_ENDPOINT');
    if (Boolean(env.S3_OWNER_ACCESS_KEY_ID) !== Boolean(env.S3_OWNER_SECRET_ACCESS_KEY))
      fault('S3_OWNER_ACCESS_KEY_ID', 'and S3_OWNER_SECRET_ACCESS_KEY go together');
    if (env.S3_BUCKET === env.S3_VAULT_BUCKET) fault('S3_VAULT_BUCKET', 'must differ from S3_BUCKET: keys and ciphertext are kept apart');
  }
  return faults;
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

function isNetwork(value: string): boolean {
  try {
    proxyAddr.compile([value]);
    return true;
  } catch {
    return false;
  }
}

/** Almost every 32 bytes are one; not 0, and nothing above the curve's order. */
function isP256Key(value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  try {
    createECDH('prime256v1').setPrivateKey(bytes);
    return bytes.length === 32;
  } catch {
    return false;
  }
}
