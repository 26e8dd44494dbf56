import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { closed } from './closed-schema.js';
import { readProjectFile } from './project-file.js';

interface Message {
  readonly name: string;
  readonly summary: string;
  readonly payload: Record<string, unknown>;
  readonly examples?: readonly { readonly payload: object }[];
}

export interface AsyncApi {
  readonly channels: { readonly realtime: { readonly messages: Readonly<Record<string, { $ref: string }>> } };
  readonly operations: Readonly<Record<'fromClient' | 'fromServer', { readonly messages: readonly { $ref: string }[] }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

export const committedAsyncApi = parse(readProjectFile('contract/asyncapi.yaml')) as AsyncApi;

/** Holds frames against the document, as it is committed. Stricter than clients are to be: a field that is not in it is a fault. */
export class FrameChecker {
  readonly #messages = new Map<string, ValidateFunction>();
  /** Names of the messages that were seen. */
  readonly seen = new Set<string>();

  constructor(document: AsyncApi = committedAsyncApi) {
    const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
    addFormats.default(ajv);
    for (const [name, { payload }] of Object.entries(document.components.messages)) this.#messages.set(name, ajv.compile(closed(payload)));
  }

  /** @returns what is wrong with a frame of the server; nothing where it is as documented */
  faults(frame: { readonly op: string; readonly type?: string }): string[] {
    const name = frame.op === 'event' ? (frame.type ?? '') : frame.op;
    const check = this.#messages.get(name);
    if (!check) return [`${name} is not in the document`];
    this.seen.add(name);
    if (check(frame)) return [];
    return (check.errors ?? []).map(({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`);
  }
}
