import { errorCodes } from '../../src/platform/faults/index.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';

interface BodySchema {
  readonly additionalProperties?: unknown;
  /** One each of what is told apart by a field. */
  readonly oneOf?: readonly BodySchema[];
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: string[];
  readonly security: object[];
  readonly parameters?: { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: BodySchema }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly 'x-codes'?: string[]; readonly content?: Record<string, { schema?: object }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

describe('the OpenAPI document', () => {
  let flits: TestFlits;
  let document: Document;
  let operations: (Operation & { path: string; method: string })[];

  beforeAll(async () => {
    flits = await TestFlits.start();
    const answer = await call<Document>(flits.url, 'GET', '/openapi.json');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    document = answer.body;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
    );
  });
  afterAll(() => flits.stop());

  it('is 3.1, in its own dialect', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    // 3.0 said these; JSON Schema 2020-12 says a type array and a number.
    walk(document, (key, value) => {
      expect(key).not.toBe('nullable');
      if (key === 'exclusiveMinimum' || key === 'exclusiveMaximum') expect(typeof value).toBe('number');
    });
  });

  it('has an example of every body and every answer, and the server takes those of bodies', async () => {
    const anna = await Person.signUp(flits.url);
    const refused: unknown[] = [];
    for (const { operationId, method, path, requestBody, responses } of operations) {
      const contents = [requestBody, ...Object.values(responses)].flatMap(
        ({ content } = { content: {} }) => content?.['application/json'] ?? [],
      );
      for (const content of contents)
        expect([operationId, content]).toEqual([operationId, expect.objectContaining({ example: expect.anything() as unknown })]);
      const body = (requestBody?.content['application/json'] as { example?: unknown } | undefined)?.example;
      if (body === undefined) continue;
      const answer = await anna.request(method.toUpperCase(), path.replace(/\{\w+\}/g, 'f81d4fae-7dec-4bd0-a765-00a0c91e6bf6'), {
        body,
        key: operationId,
      });
      if (answer.status === 422 && answer.body.code === 'validation_failed') refused.push([operationId, answer.body.errors]);
    }
    expect(refused).toEqual([]);
  });

  it('describes every route: a name of its own, a tag, a summary, what it gives', () => {
    expect(operations.length).toBeGreaterThanOrEqual(25);
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { operationId, summary, tags, responses, path, method } of operations) {
      expect([path, method, operationId]).toEqual([path, method, expect.stringMatching(/^[a-z][A-Za-z]+$/)]);
      expect(summary).not.toBe('');
      expect(tags).toHaveLength(1);
      const good = Object.keys(responses).filter((status) => status.startsWith('2'));
      expect([path, method, good.length]).toEqual([path, method, 1]);
      expect(responses[good[0]!]?.description).not.toBe('');
    }
  });

  it('declares each parameter of a path', () => {
    for (const { path, parameters = [] } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([path, parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)]).toEqual([path, named]);
    }
  });

  it('names the codes of every refusal, each under its status and in the registry', () => {
    for (const { responses, path } of operations) {
      const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect([path, refusals.map(([status]) => status)]).toEqual([path, expect.arrayContaining(['500', '503'])]);
      for (const [status, { 'x-codes': codes = [], content }] of refusals) {
        expect(codes.length).toBeGreaterThan(0);
        for (const code of codes) expect([code, errorCodes[code as keyof typeof errorCodes].status]).toEqual([code, Number(status)]);
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('says who needs a token, and means it', async () => {
    const open = operations.filter(({ security }) => security.length === 0).map(({ operationId }) => operationId);
    expect(open).toEqual(
      expect.arrayContaining(['signUp', 'logIn', 'refreshSession', 'recoverAccount', 'getServer', 'getLiveness', 'getReadiness']),
    );
    for (const { path, method, security } of operations) {
      if (security.length === 0) continue;
      const answer = await call(flits.url, method.toUpperCase(), path.replace(/\{\w+\}/g, '019aa1b2-c3d4-8e5f-a0b1-c2d3e4f5a6b7'));
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'invalid_credentials']);
    }
  });

  it('R46: every body is closed to fields it does not name', () => {
    const open: string[] = [];
    for (const { path, requestBody } of operations) {
      for (const { schema } of Object.values(requestBody?.content ?? {})) {
        if (!(schema.oneOf ?? [schema]).every(({ additionalProperties }) => additionalProperties === false)) open.push(path);
      }
    }
    expect(open).toEqual([]);
  });

  it('leaves no reference dangling', () => {
    walk(document, (key, value) => {
      if (key !== '$ref') return;
      const found = String(value)
        .slice(2)
        .split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);
      expect([value, found]).toEqual([value, expect.anything()]);
    });
  });

  it('knows no likes, comments, counts of viewers, streaks or presence', () => {
    walk(document.paths, (key, value) => {
      const words = key === 'enum' ? (value as unknown[]).join(' ') : key;
      expect(words).not.toMatch(/like|comment|reaction|streak|score|presence|last_seen|typing|view_count|followers|total/i);
    });
  });
});

function walk(value: unknown, visit: (key: string, value: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    visit(key, member);
    walk(member, visit);
  }
}
