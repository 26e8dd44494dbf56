import { limits } from '../../dist/src/platform/limits/index.js';
import { page, table } from './markdown.mjs';

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** docs/limits.md: the table of rate limits in words for operators and app developers. */
export function limitsPage() {
  const rows = Object.entries(limits).map(([name, { points, seconds, perDay, by, fail, why }]) => [
    `\`${name}\``,
    `${points} in ${windowOf(seconds)}${perDay === undefined ? '' : `, ${perDay} a day`}`,
    by,
    fail,
    why,
  ]);
  return page(
    '# Limits',
    'How often things may be done. Above it the answer is 429 `rate_limited` with `Retry-After` in seconds; a window begins with its first call ' +
      'and is full again when it is over. An address is one of IPv4, or a /64 of IPv6; `X-Forwarded-For` is believed from `TRUSTED_PROXIES` alone.',
    'When the counting itself is away (Redis), limits that fail `open` let everything pass, and those that fail `closed` refuse with 503 `unavailable`.',
    table(['limit', 'how many', 'of each', 'fails', 'why'], rows),
  );
}

function windowOf(seconds) {
  const [size, unit] = UNITS.find(([length]) => seconds % length === 0);
  const count = seconds / size;
  return count === 1 ? `a ${unit}`.replace('a hour', 'an hour') : `${count} ${unit}s`;
}
