import { database } from './database.js';
import { orUnasked, type Examination, type Finding, type Patient } from './finding.js';
import { keyVault } from './key-vault.js';
import { machine } from './machine.js';
import { mediaTools } from './media-tools.js';
import { objectStore } from './object-store.js';
import { publicPort } from './public-port.js';
import { redis } from './redis.js';

const TIMEOUT_MS = 20_000;

/** Everything that is looked at, in the order in which it is told. */
export const examinations: readonly Examination[] = [machine, mediaTools, publicPort, database, redis, objectStore, keyVault];
/** What can be looked at without any service. */
export const local: readonly Examination[] = [machine, mediaTools, publicPort];

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
    return await orUnasked(examination.part, examination.cure, Promise.race([examination.run(patient), late]));
  } finally {
    clearTimeout(timer);
  }
}
