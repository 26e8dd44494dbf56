import { createHash } from 'node:crypto';
import { WallClock } from '../../platform/clock/index.js';
import { required } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { createDataSource, isMigrated } from '../../platform/database/index.js';
import { Random } from '../../platform/ids/index.js';
import { ObjectKeyVault, type KeyVault } from '../../platform/key-vault/index.js';
import { makeStores } from '../../platform/stores.js';
import { fail, ok, type Examination, type Finding, type Patient } from './finding.js';

const PART = 'key vault';
const wallClock = new WallClock();

interface Hour {
  readonly label: string;
  readonly key_hash: Buffer;
}

/** Whether MASTER_KEY opens the key of every living hour, and whether each is the key its hour was made with. */
export const keyVault: Examination = {
  part: PART,
  cure: 'Bring FLITS_VAULT or S3_VAULT_BUCKET back. If it is lost: docs/operations.md, "vault lost".',
  async run(patient) {
    const keys = new MasterKeys(required(patient.config, 'MASTER_KEY'));
    const vault = new ObjectKeyVault(makeStores(patient.config, wallClock, keys).vaultStore, keys.vaultKey(), new Random());
    return compare(vault, await livingHours(patient));
  },
};

async function livingHours({ config }: Patient): Promise<Hour[]> {
  const source = await createDataSource({ url: required(config, 'DATABASE_URL'), poolSize: 1 }).initialize();
  try {
    if (!(await isMigrated(source))) return [];
    return await source.query<Hour[]>(
      `SELECT label, key_hash FROM hours WHERE state = 'alive' AND label > epoch_ms(flits_now()) ORDER BY label`,
    );
  } finally {
    await source.destroy();
  }
}

async function compare(vault: KeyVault, hours: readonly Hour[]): Promise<Finding[]> {
  let missing = 0;
  let foreign = 0;
  let refused: string | undefined;
  for (const { label, key_hash: expected } of hours) {
    try {
      const key = await vault.read(Number(label));
      if (!key) missing += 1;
      else if (!createHash('sha256').update(key).digest().equals(expected)) foreign += 1;
    } catch (error) {
      refused = error instanceof Error ? error.message : 'unreadable';
    }
  }
  const findings: Finding[] = [];
  const lost = 'Bring the vault back as it was. If it cannot be: what lives is lost and says so (docs/operations.md).';
  if (refused !== undefined)
    findings.push(fail(PART, `A key cannot be opened: ${refused}.`, 'Set MASTER_KEY to the one the vault was made with.'));
  if (missing > 0) findings.push(fail(PART, `The keys of ${missing} living hours are missing.`, lost));
  if (foreign > 0) findings.push(fail(PART, `The keys of ${foreign} living hours are not the ones they were made with.`, lost));
  return findings.length > 0 ? findings : [ok(PART, `MASTER_KEY opens the keys of all ${hours.length} living hours.`)];
}
