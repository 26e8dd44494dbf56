import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadConfig, type Config } from '../../src/platform/config/index.js';

/**
 * The configuration of a Flits whose data are in a folder of the bench: as it ships (72 hours, all roles in one process) but
 * on ports of its own. Nothing is taken from the environment, so that every run measures the same.
 */
export function benchConfig(folder: string, overrides: Readonly<Record<string, string>> = {}): Config {
  const key = () => randomBytes(32).toString('base64');
  return loadConfig({
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    MASTER_KEY: key(),
    LOG_SIGNING_KEY: key(),
    FLITS_DATA: join(folder, 'data'),
    FLITS_VAULT: join(folder, 'vault'),
    ...overrides,
  });
}
