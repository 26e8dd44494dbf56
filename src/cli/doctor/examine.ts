import { describeError } from '../../platform/observability/index.js';
import { database } from './database.js';
import { fail, type Examination, type Finding, type Patient } from './finding.js';
import { keyVault } from './key-vault.js';
import { machine } from './machine.js';
import { objectStore } from './object-store.js';
import { redis } from './redis.js';

const TIMEOUT_MS = 20_000;

/** Everything that is looked at, in the order in which it is told. */
export const examinations: readonly Examination[] = [machine, database, redis, objectStore, keyVault];

/** Looks at every part, whatever becomes of the others. */
export async function examine(patient: Patient, parts: readonly Examination[] = examinations): Promise<Finding[]> {
  return (await Promise.all(parts.map((part) => attempt(part, patient)))).flat();
}

async function attempt(examination: Examination, patient: Patient): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([examination.run(patient), late]);
  } catch (error) {
    const { code, message } = describeError(error);
    return [fail(examination.part, `It cannot be asked: ${message || code || 'no reason given'}.`, examination.cure)];
  } finally {
    clearTimeout(timer);
  }
}
