import { Argument, Option } from 'commander';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliCommand } from '../cli-command.js';

/** Letters and digits alone, because some stand in URLs. */
const password = () => randomBytes(24).toString('hex');
const key = () => randomBytes(32).toString('base64');
const accessKeyId = () => `flits${randomBytes(8).toString('hex')}`;
/** The private scalar (RFC 8292), base64url. */
const p256Key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }).d ?? '';

/** What the application's processes get, and what belongs to the owner of the database, or of the object store, alone (R34). */
const FOR_ALL: Readonly<Record<string, () => string>> = {
  database_app_password: password,
  redis_password: password,
  s3_access_key_id: accessKeyId,
  s3_secret_access_key: password,
  master_key: key,
  log_signing_key: key,
  vapid_private_key: p256Key,
};
const FOR_OWNER: Readonly<Record<string, () => string>> = { postgres_password: password, database_owner_password: password };
const FOR_STORE: Readonly<Record<string, () => string>> = { access_key_id: accessKeyId, secret_access_key: password };

/**
 * Makes the secrets of a deployment, each a file for a `NAME_FILE` variable. What is there stays as it is, so it may run before
 * every start. Whoever may enter the folders may read the files: keep them in volumes of their own, out of every backup.
 */
export const secretsMake: CliCommand = {
  name: 'secrets make',
  summary: 'make what is missing of the secrets of a deployment, a file each',
  arguments: [new Argument('<folder>', 'for what the application needs')],
  options: [
    new Option('--owner <folder>', "for what the database's owner needs: another folder").makeOptionMandatory(),
    new Option('--store <folder>', 'for what the owner of the object store needs, where you run one: a third folder'),
    new Option('--database <host:port/name>', 'where PostgreSQL will be').default('postgres:5432/flits'),
    new Option('--redis <host:port>', 'where Redis will be').default('redis:6379'),
  ],
  async run({ args: [folder = ''], options }) {
    const owner = String(options.owner);
    const mine = await makeAll(folder, FOR_ALL);
    const theirs = await makeAll(owner, FOR_OWNER);
    const database = String(options.database);
    await keep(folder, 'database_url', () => `postgres://flits_app:${mine.values.database_app_password}@${database}`);
    await keep(folder, 'redis_url', () => `redis://:${mine.values.redis_password}@${String(options.redis)}`);
    await keep(owner, 'database_owner_url', () => `postgres://flits_owner:${theirs.values.database_owner_password}@${database}`);
    const stores = typeof options.store === 'string' ? await makeAll(options.store, FOR_STORE) : { made: [] };
    const made = [...mine.made, ...theirs.made, ...stores.made];
    return { words: [made.length === 0 ? 'Every secret was there.' : `Made ${made.join(', ')}.`], data: { made } };
  },
};

async function makeAll(folder: string, recipes: Readonly<Record<string, () => string>>) {
  const values: Record<string, string> = {};
  const made: string[] = [];
  for (const [name, make] of Object.entries(recipes)) {
    const { value, fresh } = await keep(folder, name, make);
    values[name] = value;
    if (fresh) made.push(name);
  }
  return { values, made };
}

/** Two that start at once agree on what the first one wrote. */
async function keep(folder: string, name: string, make: () => string): Promise<{ value: string; fresh: boolean }> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  try {
    // Servers of other images read them as users of their own.
    await writeFile(path, make(), { flag: 'wx', mode: 0o444 });
    return { value: await readFile(path, 'utf8'), fresh: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { value: await readFile(path, 'utf8'), fresh: false };
  }
}
