import { errorCodes } from '../../dist/src/platform/faults/index.js';
import { page, table } from './markdown.mjs';

/** docs/errors.md: the registry of error codes in words for app developers. */
export function errorsPage() {
  const rows = Object.entries(errorCodes).map(([code, { status, title, retry }]) => [`\`${code}\``, String(status), title, retry]);
  return page(
    '# Errors',
    'Every refusal is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `instance`, a stable `code` ' +
      'and a `request_id`; faults in a request also carry `errors: [{pointer, code, message}]`, `pointer` as in RFC 6901. Decide by ' +
      '`code` (by `status`, where you do not know the code: more may be added). `detail` is for a person to read and may change.',
    '`Retry-After` is in seconds. Where a retry makes sense, send the same `Idempotency-Key` again, on routes that take one: nothing is done twice.',
    table(['code', 'status', 'meaning', 'retry'], rows),
  );
}
