import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { errorCodes, type ErrorCode } from '../../faults/index.js';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../idempotency-key.decorator.js';
import { PROBLEM_TYPE } from '../problem.js';
import { VERSION } from '../version.js';
import { exampleOf, type ExampleSchema } from './example-of.js';
import { toJsonSchema } from './json-schema.js';
import { problemSchema } from './problem-schema.js';

interface Operation {
  operationId?: string;
  tags?: string[];
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
  security?: object[];
}

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema?: ExampleSchema; example?: unknown }>>;
}

/** One operation as Nest's explorer and our decorators leave it. */
interface Marked extends Operation {
  'x-codes'?: readonly ErrorCode[];
  'x-public'?: boolean;
  'x-idempotent'?: boolean;
  'x-limits'?: readonly string[];
  'x-needs-disk'?: boolean;
  'x-roles'?: readonly string[];
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'A fresh random string for each thing you do; send the same one again when you retry it.',
  schema: { type: 'string', minLength: 1, maxLength: MAX_IDEMPOTENCY_KEY_LENGTH },
};

const PUBLIC_DOCUMENT = {
  title: 'Flits',
  description: 'Photos, clips and notes that cease to exist after at most 72 hours.',
  bearerFormat: 'JWT',
};
/** What the port of operators and moderators says of itself. */
export const ADMIN_DOCUMENT: typeof PUBLIC_DOCUMENT = {
  title: 'Flits admin',
  description: 'For who runs the service, on a port of its own. `x-roles` says who may call what.',
  bearerFormat: 'opaque',
};

/** The OpenAPI 3.1 document of an application, made from its routes, their schemas and the table of error codes. */
export function buildOpenApi(app: INestApplication, { title, description, bearerFormat } = PUBLIC_DOCUMENT): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description)
    .setVersion(VERSION)
    .setLicense('AGPL-3.0-only', 'https://spdx.org/licenses/AGPL-3.0-only.html')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat }, 'access_token')
    .build();
  const document = SwaggerModule.createDocument(app, base, { autoTagControllers: false, standardSchemaConverter: toJsonSchema });
  const operations: Operation[] = [];
  for (const path of Object.values(document.paths) as Record<string, Marked>[]) {
    for (const [method, marked] of Object.entries(path)) operations.push((path[method] = finished(marked)));
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: problemSchema as never } };
  document.tags = [...new Set(operations.flatMap(({ tags = [] }) => tags))].sort().map((name) => ({ name }));
  return document;
}

function finished(marked: Marked): Operation {
  const { 'x-public': isPublic, 'x-idempotent': isIdempotent } = marked;
  const { 'x-codes': _c, 'x-public': _p, 'x-idempotent': _i, 'x-limits': _l, 'x-needs-disk': _d, ...operation } = marked;
  if (!operation.operationId || !operation.tags?.length) throw new Error(`a route has no @Operation: ${operation.operationId ?? '?'}`);
  operation.security = isPublic ? [] : [{ access_token: [] }];
  if (isIdempotent) operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
  addExamples(operation);
  const refusals = codesOf(marked);
  for (const status of new Set(refusals.map((code) => errorCodes[code].status))) {
    const codes = refusals.filter((code) => errorCodes[code].status === status);
    operation.responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join('. '),
      'x-codes': codes,
      content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return operation;
}

/** One for the body and one for the answer, where there are such. */
function addExamples({ requestBody, responses }: Operation): void {
  const contents = [requestBody, ...Object.values(responses)].flatMap(
    (part) => (part as Described | undefined)?.content?.['application/json'] ?? [],
  );
  for (const content of contents) if (content.schema) content.example = exampleOf(content.schema);
}

/** What the route says of itself, and what the edge in front of it may refuse, in the table's order. */
function codesOf(operation: Marked): ErrorCode[] {
  const codes = new Set<ErrorCode>(['internal', 'unavailable', 'validation_failed', ...(operation['x-codes'] ?? [])]);
  const add = (...more: ErrorCode[]) => more.forEach((code) => codes.add(code));
  if (!operation['x-public']) add('invalid_credentials', 'token_expired', 'session_ended');
  if (operation.requestBody) add('bad_request', 'too_large', 'unsupported_media', 'storage_low');
  if (operation['x-idempotent']) add('idempotency_key_required', 'idempotency_key_reused', 'in_flight');
  if (operation['x-limits']) add('rate_limited');
  if (operation['x-roles']) add('forbidden');
  if (operation['x-needs-disk']) add('storage_low');
  if (operation.parameters?.some((parameter) => (parameter as { in?: string }).in === 'path')) add('not_found');
  return (Object.keys(errorCodes) as ErrorCode[]).filter((code) => codes.has(code));
}
