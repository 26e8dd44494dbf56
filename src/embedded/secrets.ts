import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../platform/config/index.js';

// Cache Directory Tagging Specification (bford.info/cachedir): backup programs leave such folders out.
const CACHEDIR_TAG = `Signature: 8a477f597d28d172789f06886806bc55
# Flits' key vault and master key. Whoever copies this folder together with the data can read what should be gone:
# keep it out of every backup.
`;

export interface EmbeddedSecrets {
  readonly masterKey: Secret;
  readonly logSigningKey: Secret;
  readonly vapidPrivateKey: Secret;
}

/** The embedded master key, log key and VAPID key: made once, in the vault's own folder, readable by this user alone. */
export async function ensureSecrets(vaultFolder: string): Promise<EmbeddedSecrets> {
  await mkdir(vaultFolder, { recursive: true, mode: 0o700 });
  await chmod(vaultFolder, 0o700);
  await writeOnce(join(vaultFolder, 'CACHEDIR.TAG'), CACHEDIR_TAG);
  return {
    masterKey: await ensureKey(join(vaultFolder, 'master.key')),
    logSigningKey: await ensureKey(join(vaultFolder, 'log-signing.key')),
    vapidPrivateKey: await ensureKey(join(vaultFolder, 'vapid.key'), p256Key),
  };
}

async function ensureKey(path: string, make = () => randomBytes(32).toString('base64')): Promise<Secret> {
  await writeOnce(path, `${make()}\n`);
  return new Secret((await readFile(path, 'utf8')).trim());
}

async function writeOnce(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The private scalar, base64url, as tools for Web Push print it. */
function p256Key(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }).d ?? '';
}
