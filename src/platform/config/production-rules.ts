import type { ConfigFault, Env } from './config.schema.js';
import type { Secret } from './secret.js';

/** What example files, tutorials and images come with. */
const WELL_KNOWN = new Set(['changeme', 'change-me', 'minioadmin', 'password', 'postgres', 'secret', 'versitygw', 'correct-horse']);
const LEAST_PASSWORD = 12;

/** What production refuses of the environment alone (R57); what services have to be asked for is production-check.ts in app/. */
export function productionFaults(env: Env): ConfigFault[] {
  return [...missing(env), ...forTests(env), ...unprotected(env), ...guessable(env)];
}

function missing(env: Env): ConfigFault[] {
  const needed = ['DATABASE_URL', 'S3_ENDPOINT', 'MASTER_KEY', 'LOG_SIGNING_KEY'] as const;
  return needed.filter((name) => !env[name]).map((variable) => ({ variable, message: 'must be set in production' }));
}

function forTests(env: Env): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (env.CRASH_AT) faults.push({ variable: 'CRASH_AT', message: 'is for fault tests: production refuses it' });
  if (env.PLAIN_UPLOADS === 'allow') faults.push({ variable: 'PLAIN_UPLOADS', message: 'must stay `refuse` in production' });
  if (env.LOG_LEVEL === 'trace' || env.LOG_LEVEL === 'debug') {
    faults.push({ variable: 'LOG_LEVEL', message: 'must be `info` or above in production: lines below it follow single devices and jobs' });
  }
  return faults;
}

/** Words and keys of people travel under TLS, all the way from their phones. */
function unprotected(env: Env): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (!env.PUBLIC_URL.startsWith('https:')) {
    faults.push({ variable: 'PUBLIC_URL', message: 'must be set in production, and be https: how people reach this server' });
  } else if (env.ROLE !== 'worker' && !env.TLS_CERT && env.TRUSTED_PROXIES.length === 0) {
    const message = 'and TLS_KEY are needed for an https PUBLIC_URL; where a proxy does TLS, name it in TRUSTED_PROXIES instead';
    faults.push({ variable: 'TLS_CERT', message });
  }
  const store = env.PUBLIC_S3_ENDPOINT ?? env.S3_ENDPOINT;
  if (store && !store.startsWith('https:')) {
    faults.push({ variable: 'PUBLIC_S3_ENDPOINT', message: 'must be https in production: phones PUT and GET there' });
  }
  return faults;
}

function guessable(env: Env): ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const name of ['MASTER_KEY', 'LOG_SIGNING_KEY', 'VAPID_PRIVATE_KEY'] as const) {
    if (env[name] && isPattern(env[name].reveal())) {
      faults.push({ variable: name, message: 'is a default or guessable value: make one with openssl rand -base64 32' });
    }
  }
  if (env.MASTER_KEY && env.MASTER_KEY.reveal() === env.LOG_SIGNING_KEY?.reveal()) {
    faults.push({ variable: 'LOG_SIGNING_KEY', message: 'must differ from MASTER_KEY' });
  }
  for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL'] as const) {
    const { username = '', password = '' } = credentialsOf(env[name]);
    // Without one it is a certificate, a socket's owner or a closed network that vouches.
    if (password && (password === username || isWeak(password))) faults.push(weak(name, 'has a password that'));
  }
  for (const name of ['S3_SECRET_ACCESS_KEY', 'S3_OWNER_SECRET_ACCESS_KEY'] as const) {
    if (env[name] && isWeak(env[name].reveal())) faults.push(weak(name, ''));
  }
  const storeOwner = env.S3_OWNER_ACCESS_KEY_ID?.reveal();
  if (storeOwner && storeOwner === env.S3_ACCESS_KEY_ID?.reveal()) {
    faults.push({ variable: 'S3_OWNER_ACCESS_KEY_ID', message: 'must be another key than S3_ACCESS_KEY_ID' });
  }
  const owner = credentialsOf(env.DATABASE_OWNER_URL).username;
  if (owner && owner === credentialsOf(env.DATABASE_URL).username) {
    faults.push({
      variable: 'DATABASE_OWNER_URL',
      message: 'must be another role than that of DATABASE_URL (deploy/postgres/10-roles.sql)',
    });
  }
  return faults;
}

function weak(variable: string, words: string): ConfigFault {
  const message = `${words} is a well-known default or shorter than ${LEAST_PASSWORD} characters: make one with openssl rand -hex 24`;
  return { variable, message: message.trim() };
}

function isWeak(password: string): boolean {
  return password.length < LEAST_PASSWORD || WELL_KNOWN.has(password.toLowerCase());
}

function credentialsOf(url: Secret | undefined): { username?: string; password?: string } {
  if (!url) return {};
  const { username, password } = new URL(url.reveal());
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Keys of one repeated byte or a counting sequence are what example files hold. */
function isPattern(base64: string): boolean {
  const bytes = Buffer.from(base64, 'base64');
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0) + 256) % 256;
  return bytes.every((byte, index) => index === 0 || (byte - (bytes[index - 1] ?? 0) + 256) % 256 === step);
}
