/** As much of JSON Schema as our own document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

/** One route, and a body that has every field it takes. */
export interface Route {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pathNames: readonly string[];
  readonly queryNames: readonly string[];
  readonly body?: Record<string, unknown>;
  /** Where in the body a string may stand. */
  readonly stringsAt: readonly (readonly (string | number)[])[];
}

export function routesOf(document: Document): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const body = schema && (sampleOf(schema) as Record<string, unknown>);
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        pathNames: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
        queryNames: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
        body,
        stringsAt: body ? stringsIn(body) : [],
      };
    }),
  );
}

/** A value of the kind that a schema asks for, with every field; whether it is a good one is not its business. */
export function sampleOf(schema: Schema): unknown {
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (alternative) return sampleOf(alternative);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, sampleOf(member)]));
  }
  if (type === 'array') return schema.items ? [sampleOf(schema.items)] : [];
  if (type === 'integer' || type === 'number') return schema.default ?? schema.minimum ?? 1;
  if (type === 'boolean') return schema.default ?? false;
  return schema.format === 'uuid' ? '00000000-0000-4000-8000-000000000000' : 'sample text';
}

function stringsIn(value: unknown, at: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'string') return [[...at]];
  if (Array.isArray(value)) return value.flatMap((member, index) => stringsIn(member, [...at, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => stringsIn(member, [...at, name]));
}

/** A copy of the body with something else in one place. */
export function withAt(body: unknown, [head, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (head === undefined) return value;
  if (Array.isArray(body)) return body.map((member, index) => (index === head ? withAt(member, rest, value) : (member as unknown)));
  const object = body as Record<string, unknown>;
  return { ...object, [head]: withAt(object[head], rest, value) };
}
