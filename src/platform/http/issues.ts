export interface FieldFault {
  /** RFC 6901; the empty string is the whole document. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

const MAX_FAULTS = 20;
const MAX_SEGMENT = 64;

/** Our own words for zod's issue codes, so that the contract does not change with the library. */
const codes: Record<string, string> = {
  invalid_type: 'wrong_type',
  too_big: 'too_big',
  too_small: 'too_small',
  invalid_format: 'wrong_format',
  not_multiple_of: 'wrong_step',
  invalid_value: 'not_allowed',
  invalid_union: 'no_alternative_fits',
  invalid_key: 'wrong_key',
  invalid_element: 'wrong_element',
};

/** A Standard Schema issue, with what zod adds. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly params?: { readonly code?: unknown };
}

/** One fault for each faulty place, each unknown field at its own pointer; at most 20. @param input what was validated */
export function fieldFaults(issues: readonly Issue[], input: unknown): FieldFault[] {
  return issues.flatMap((issue) => faultsOf(issue, input)).slice(0, MAX_FAULTS);
}

function faultsOf(issue: Issue, input: unknown): FieldFault[] {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      pointer: pointerTo([...path, key]),
      code: 'unknown_field',
      message: 'There is no such field.',
    }));
  }
  const pointer = pointerTo(path);
  if (issue.code === 'invalid_type' && valueAt(input, path) === undefined) {
    return [{ pointer, code: 'required', message: 'This field is required.' }];
  }
  return [{ pointer, code: codeOf(issue), message: issue.message }];
}

function codeOf({ code, params }: Issue): string {
  if (code === 'custom') return typeof params?.code === 'string' ? params.code : 'invalid';
  return codes[code ?? ''] ?? 'invalid';
}

/** RFC 6901 §3: `~` and `/` inside a segment are escaped. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${shown(String(segment)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** No longer than an answer should be, and half of no character, be it ours or theirs: strict parsers refuse that (RFC 8259 §8.2). */
function shown(segment: string): string {
  return segment.slice(0, MAX_SEGMENT).replace(/\p{Surrogate}/gu, '\uFFFD');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, segment) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[segment] : undefined),
    input,
  );
}
