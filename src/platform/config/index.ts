export { Config, ConfigError, loadConfig, required } from './config.js';
export { HOURS_AHEAD, variables, MAX_SNAP_TTL_SECONDS, type ConfigFault } from './config.schema.js';
export { Secret } from './secret.js';
