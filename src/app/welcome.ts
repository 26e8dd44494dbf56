import type { Config } from '../platform/config/index.js';

/** What the terminal says once everything is up: where it is, and what to try next. */
export function welcome(config: Config): string {
  const hours = config.SNAP_TTL_SECONDS / 3600;
  const life = hours >= 1 ? `${Number(hours.toFixed(1))} hours` : `${config.SNAP_TTL_SECONDS} seconds`;
  return `
Flits is up: ${config.PUBLIC_URL}  (role ${config.ROLE}; whatever is sent is gone after at most ${life})

  API document   ${config.PUBLIC_URL}/openapi.json
  Realtime       ${config.PUBLIC_URL.replace(/^http/, 'ws')}/v1/realtime
  Health         ${config.PUBLIC_URL}/readyz
  Metrics        http://${config.ADMIN_HOST}:${config.ADMIN_PORT}/metrics

Try next, in another terminal: npm run demo        Stop: Ctrl-C

`;
}
