import { joinServices, type Services } from '../app/services.js';
import { loadConfig, type Config, type Secret } from '../platform/config/index.js';
import { createLogger } from '../platform/observability/index.js';
import { CliError } from './cli-error.js';

/** Warnings and worse on stderr, or nothing where LOG_LEVEL is `silent`; a command's own words say the rest. */
export function quietLog({ LOG_LEVEL: level }: NodeJS.ProcessEnv) {
  return createLogger({ level: level === 'silent' ? level : 'warn', destination: process.stderr });
}

/**
 * The database as a command reaches it: the one that is configured, else the embedded one, that of a running Flits included;
 * where none runs it is started for as long as the command lasts.
 */
export function reachDatabase(environment: NodeJS.ProcessEnv): Promise<Services> {
  return joinServices(loadConfig(environment), quietLog(environment));
}

/** Both roles of the database. @throws CliError in words where the owner is not known here */
export function rolesOf({ DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, NODE_ENV: mode }: Config): {
  appUrl: Secret;
  ownerUrl: Secret;
} {
  const owner = ownerUrl ?? (mode === 'production' ? undefined : appUrl);
  if (!appUrl || !owner) {
    throw new CliError('This needs the owner of the database: set DATABASE_OWNER_URL (and DATABASE_URL) for this command.');
  }
  return { appUrl, ownerUrl: owner };
}
