import { isNativeError } from 'node:util/types';

/**
 * What a log line may not carry (R33): tokens, keys, signatures, captions, bytes. Two nets, because each alone has holes:
 * `redactValue` goes by field names and types, `redactText` by the look of secrets inside free text.
 */
export const REDACTED = '[redacted]';

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_CHARACTERS = 4000;

/** Compared without case, hyphens and underscores, so that `set-cookie`, `setCookie` and `SET_COOKIE` are one. */
const SECRET_FIELD = new RegExp(
  [
    '(token|password|passphrase|secret|signature|cookie|authorization|key)s?$',
    '(recovery|invite|friend|reset)code$',
    '^(sig|salt|frankingtag|body|rawbody|subscription|evidence|birthdate)$',
    '^(caption|text|alt|note|thumbhash)$', // what people wrote and showed
  ].join('|'),
);

const SECRET_WORD = '(?:[a-z]{1,20}[_-]){0,3}(?:token|password|secret|signature|cookie|authorization|key|recovery_code)';

// Repeats are bounded: log lines may hold what a stranger sent, and no pattern may take quadratic time over it.
const TEXT_RULES: readonly (readonly [RegExp, string])[] = [
  // postgres://user:password@host
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'\\@]+@/gi, `$1${REDACTED}@`],
  // Query strings of absolute and bare URLs: signatures live there.
  [/\?(?=[^\s"'\\<>?]*=)[^\s"'\\<>]*/g, `?${REDACTED}`],
  [/\b(bearer|basic)\s+[a-z0-9._~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g, REDACTED],
  // token=… and token: … in prose; a JSON member of the line itself has a quote before its colon and is left alone here.
  [new RegExp(`\\b(${SECRET_WORD}s?)(\\s*[=:]\\s*)(?!\\[redacted)[^\\s"\\\\,;&{}[\\]]+`, 'gi'), `$1$2${REDACTED}`],
  // JSON inside a string of JSON.
  [new RegExp(`(\\\\"${SECRET_WORD}s?\\\\"\\s*:\\s*\\\\")[^"\\\\]*`, 'gi'), `$1${REDACTED}`],
];

/** Safe for a whole serialised line too: no rule eats a quote or a backslash, so JSON stays JSON. */
export function redactText(text: string): string {
  let result = text;
  for (const [pattern, replacement] of TEXT_RULES) result = result.replace(pattern, replacement);
  return result;
}

/**
 * A copy that may be logged: secret fields replaced, bytes told by their length, depth and breadth bounded. Instances of
 * classes are named, not walked, so that no entity or request object is spilled by accident.
 * @param describeError how an Error anywhere inside is written
 */
export function redactValue(value: unknown, describeError: (error: Error) => unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.length > MAX_CHARACTERS ? `${redactText(value.slice(0, MAX_CHARACTERS))}…` : redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error || isNativeError(value)) return describeError(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => redactValue(item, describeError, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return redactInstance(value, describeError, depth);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecretField(name) ? hide(member) : redactValue(member, describeError, depth + 1),
    ]),
  );
}

/** Dates, URLs and `Secret` say themselves how they are written; anything else is only named. */
function redactInstance(value: object, describeError: (error: Error) => unknown, depth: number): unknown {
  try {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return redactValue(toJSON.call(value), describeError, depth + 1);
  } catch {
    return '[unprintable]';
  }
  return `[${value.constructor.name}]`;
}

function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name.toLowerCase().replace(/[-_.\s]/g, ''));
}

/** Absent stays visibly absent: "there was no token" is worth knowing and gives nothing away. */
function hide(member: unknown): unknown {
  return member === undefined || member === null ? member : REDACTED;
}
