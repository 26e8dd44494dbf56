import { required, type Config } from '../../platform/config/index.js';
import { LogKey } from './log-key.js';

/** The log's key as it is configured: its name is the public address. */
export function logKeyOf(config: Config): LogKey {
  return new LogKey(required(config, 'LOG_SIGNING_KEY'), `${new URL(config.PUBLIC_URL).host}/log`);
}
