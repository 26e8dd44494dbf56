import { sealKey, unsealKey, type MasterKeys } from '../../platform/crypto/index.js';
import type { Database } from '../../platform/database/index.js';

/** TOTP secrets of administrators as their rows hold them: sealed under a key of their own, bound to whose they are. */
export class TotpSeal {
  readonly #key: Buffer;

  constructor(keys: MasterKeys) {
    this.#key = keys.derive('admin totp v1');
  }

  seal(adminId: string, secret: Buffer): Buffer {
    return sealKey(this.#key, secret, `admin ${adminId}`);
  }

  open(adminId: string, sealed: Buffer): Buffer {
    return unsealKey(this.#key, sealed, `admin ${adminId}`);
  }

  opens(adminId: string, sealed: Buffer): boolean {
    try {
      return this.open(adminId, sealed).length > 0;
    } catch {
      return false;
    }
  }
}

/** For a new master key. What it sealed already is left alone, so that it may be repeated. @returns how many were sealed anew */
export async function resealTotpSecrets(
  database: Database,
  { previous, next }: { previous: MasterKeys; next: MasterKeys },
): Promise<number> {
  const [old, fresh] = [new TotpSeal(previous), new TotpSeal(next)];
  const admins = await database.query<{ id: string; totp_secret: Buffer }>('SELECT id, totp_secret FROM admins');
  let moved = 0;
  for (const { id, totp_secret: sealed } of admins) {
    if (fresh.opens(id, sealed) || !old.opens(id, sealed)) continue;
    await database.query('UPDATE admins SET totp_secret = $2 WHERE id = $1', [id, fresh.seal(id, old.open(id, sealed))]);
    moved += 1;
  }
  return moved;
}
