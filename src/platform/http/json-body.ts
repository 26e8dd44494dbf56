import { isUtf8 } from 'node:buffer';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../faults/index.js';

/** Bytes. Media never comes this way. */
export const MAX_BODY = 64 * 1024;
const MAX_DEPTH = 16;

type Done = (error: Error | null, body?: unknown) => void;

/**
 * The body is JSON or empty, whatever its Content-Type would allow elsewhere. Refused: bytes that are no UTF-8, nesting
 * deeper than any of our schemas, and the keys `__proto__` and `constructor.prototype`, at any depth.
 */
export function useJsonBodies(adapter: FastifyAdapter): void {
  // Fastify's own parser is secure-json-parse; by type it may answer with a promise, which it never does.
  const parse = adapter.getInstance().getDefaultJsonParser('error', 'error') as unknown as (
    request: FastifyRequest,
    body: string,
    done: Done,
  ) => void;
  adapter.getInstance().removeAllContentTypeParsers();
  adapter.useBodyParser('application/json', false, { bodyLimit: MAX_BODY }, ((request: FastifyRequest, body: Buffer, done: Done) => {
    if (body.length === 0) return done(null);
    const text = isUtf8(body) ? body.toString() : undefined;
    if (text === undefined || isTooDeep(text)) return done(unreadable());
    parse(request, text, (error, value) => (error ? done(unreadable()) : done(null, value)));
  }) as never);
  adapter.useBodyParser('*', false, { bodyLimit: MAX_BODY }, ((_: FastifyRequest, body: Buffer, done: Done) =>
    done(body.length === 0 ? null : new Fault('unsupported_media', 'Send the body as application/json.'))) as never);
}

/** Counts brackets outside strings; the parser itself does not recurse, but what walks its result does. */
export function isTooDeep(json: string, max = MAX_DEPTH): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > max) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}

function unreadable(): Fault {
  return new Fault('bad_request', 'The body is not JSON that this server reads.');
}
