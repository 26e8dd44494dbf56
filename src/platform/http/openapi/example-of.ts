/** As much of JSON Schema as zod makes of our schemas. */
export interface ExampleSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  /** What @nestjs/swagger makes of `examples`. */
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, ExampleSchema>>;
  readonly items?: ExampleSchema;
  readonly prefixItems?: readonly ExampleSchema[];
  readonly anyOf?: readonly ExampleSchema[];
  readonly oneOf?: readonly ExampleSchema[];
  readonly allOf?: readonly ExampleSchema[];
}

/** What stands where a schema says no more than "a string", by the name of the field. */
const WORDS: Readonly<Record<string, string>> = {
  access_token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…',
  alt: 'A dog runs into the sea',
  birth_date: '1990-05-17',
  caption: 'First swim of the year',
  code: 'M7Q2KD4RXW91TB6C',
  detail: 'Tuesday at eight',
  device_name: 'Fairphone',
  display_name: 'Anna',
  handle: 'anna',
  invite_code: '4K2M-9QXT-7RWD-1BHC',
  key: 'mGxR0pXJv3uQ7cKq2bYl1A',
  name: 'Harbour',
  new_password: 'wednesday lamp orbit',
  note: 'It was sent to me twice.',
  password: 'tuesday lamp orbit',
  recovery_code: '7K2QD-0M4RX-W91TB-6C3HN-5PZ8V',
  refresh_token: 'B9dQx2…',
  reset_code: '3HN5P-Z8V7K-2QD0M-4RXW9-1TB6C',
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  text: 'See you at the harbour at eight?',
  token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…',
  until: '72 hours at the latest',
  url: 'https://flits.example/…',
  what: 'Who your friends are, and since when.',
};

/**
 * An example of what a schema describes, put together from the schema itself, so that it cannot be out of date: what the
 * schema names as its example, else its only or first value, else something of its kind.
 */
export function exampleOf(schema: ExampleSchema, name = ''): unknown {
  if (schema.examples?.length) return schema.examples[0];
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (alternative) return exampleOf(alternative, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, name))) as object;
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, member]) => [key, exampleOf(member, key)]));
  }
  if (type === 'array') {
    if (schema.prefixItems) return schema.prefixItems.map((item) => exampleOf(item, name));
    return schema.items ? [exampleOf(schema.items, name)] : [];
  }
  if (type === 'integer' || type === 'number') return schema.default ?? Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return schema.default ?? true;
  return stringOf(schema, name);
}

function stringOf({ format, default: fallback }: ExampleSchema, name: string): unknown {
  if (format === 'uuid') return 'f81d4fae-7dec-4bd0-a765-00a0c91e6bf6';
  if (format === 'date-time') return name === 'expires_at' ? '2026-05-03T18:00:00.000Z' : '2026-05-01T18:30:00.000Z';
  if (format === 'date') return '1990-05-17';
  if (name === 'next_cursor' || name === 'cursor') return 'WzE3NzgwMDAwMDBd';
  return WORDS[name] ?? fallback ?? 'text';
}
