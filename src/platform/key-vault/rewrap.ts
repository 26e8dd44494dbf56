import { ForeignKeyError } from './foreign-key-error.js';
import type { ObjectKeyVault } from './object-key-vault.js';

/**
 * Wraps every hour key anew, under the next master key. What is wrapped by it already is left alone, so a rotation that was
 * cut short is finished by repeating it with the same two keys. No process of Flits may run meanwhile: it knows one of them.
 * @param onKey is told of each key, and how many there are
 * @returns how many were wrapped anew
 */
export async function rewrapAll(present: ObjectKeyVault, next: ObjectKeyVault, onKey?: (of: number) => void): Promise<number> {
  let wrapped = 0;
  const labels = await present.labels();
  for (const label of labels) {
    onKey?.(labels.length);
    if (!(await isForeign(next, label))) continue;
    const key = await present.read(label);
    if (!key) continue;
    await next.replace(label, key);
    wrapped += 1;
  }
  return wrapped;
}

/** Whether a key is there that this vault's master key does not open. */
export async function isForeign(vault: ObjectKeyVault, label: number): Promise<boolean> {
  try {
    await vault.read(label);
    return false;
  } catch (error) {
    if (error instanceof ForeignKeyError) return true;
    throw error;
  }
}
