import addFormats from 'ajv-formats';
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import { closed } from './closed-schema.js';
import { readProjectFile } from './project-file.js';

interface Content {
  readonly schema?: AnySchema;
}

interface Response {
  readonly content?: Readonly<Record<string, Content>>;
  readonly 'x-codes'?: readonly string[];
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Route extends Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly names: number;
}

export interface SeenAnswer {
  readonly method: string;
  /** With or without its query. */
  readonly path: string;
  readonly status: number;
  /** Without parameters; `undefined` where there is no body. */
  readonly contentType?: string;
  readonly body: unknown;
}

/**
 * Holds answers against openapi.json and openapi-admin.json, as they are committed. Stricter than clients are to be: a status, a
 * code or a field that is not in the document is a fault.
 */
export class AnswerChecker {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<AnySchema, ValidateFunction>();
  readonly #routes: Route[];
  /** Operations that were seen to succeed. */
  readonly succeeded = new Set<string>();

  constructor(files: readonly string[] = ['contract/openapi.json', 'contract/openapi-admin.json']) {
    addFormats.default(this.#ajv);
    this.#routes = files
      .flatMap((file) => Object.entries((JSON.parse(readProjectFile(file)) as Document).paths))
      .flatMap(([template, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          ...operation,
          method: method.toUpperCase(),
          path: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`),
          names: template.split('{').length,
        })),
      )
      // `/devices/current` before `/devices/{id}`.
      .sort((a, b) => a.names - b.names);
  }

  get operations(): string[] {
    return this.#routes.map(({ operationId }) => operationId);
  }

  /** @returns what is wrong with an answer; nothing where it is as documented, or of no route of the documents */
  faults({ method, path, status, contentType, body }: SeenAnswer): string[] {
    const plain = path.split(/[?#]/)[0] ?? '';
    const route = this.#routes.find((one) => one.method === method && one.path.test(plain));
    if (!route) return [];
    const at = `${route.operationId} ${status}`;
    const response = route.responses[status];
    if (!response) return [`${at} is not in the document: ${JSON.stringify(body)}`];
    if (status < 300) this.succeeded.add(route.operationId);
    if (status >= 400) return this.#problemFaults(at, response, contentType, body);
    const documented = Object.keys(response.content ?? {});
    if (documented.length === 0) return contentType === 'application/json' && status === 204 ? [`${at} has a body`] : [];
    if (!contentType || !documented.includes(contentType)) return [`${at} is ${contentType ?? 'empty'}, not ${documented.join()}`];
    const schema = response.content?.[contentType]?.schema;
    if (!schema || contentType !== 'application/json') return [];
    const check = this.#compile(schema);
    if (check(body)) return [];
    return (check.errors ?? []).map(({ instancePath, message, params }) => `${at} ${instancePath} ${message} ${JSON.stringify(params)}`);
  }

  #problemFaults(at: string, { 'x-codes': codes = [] }: Response, contentType: string | undefined, body: unknown): string[] {
    if (contentType !== 'application/problem+json') return [`${at} is ${contentType ?? 'empty'}, not a problem`];
    const { code } = body as { code: string };
    return codes.includes(code) ? [] : [`${at} ${code} is not in the document`];
  }

  #compile(schema: AnySchema): ValidateFunction {
    const check = this.#compiled.get(schema) ?? this.#ajv.compile(closed(schema));
    this.#compiled.set(schema, check);
    return check;
  }
}
