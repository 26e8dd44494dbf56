/**
 * JSON with the members of every object in code-unit order, so that equal bodies give equal text whatever order a client
 * wrote them in (as RFC 8785 §3.2.3; numbers and strings as JSON.stringify writes them). Absent and `undefined` members are the same.
 */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null';
  return JSON.stringify(value, (_, member: unknown) => (isPlain(member) ? sorted(member) : member));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
