import type { FastifyReply, FastifyRequest } from 'fastify';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, x-request-id';
const RESPONSE_HEADERS = 'x-request-id, retry-after, deprecation, sunset';
const MAX_AGE_SECONDS = '600';

/**
 * Cross-origin calls for the origins of a list, compared as a whole (Fetch standard, CORS protocol). No credentials: tokens
 * travel in a header. Other origins get no header at all, and their browser refuses.
 * @returns whether the request was a preflight and is answered
 */
export function answerCors(allowed: ReadonlySet<string>, request: FastifyRequest, reply: FastifyReply): boolean {
  if (allowed.size === 0) return false;
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !allowed.has(origin)) return false;
  void reply.header('access-control-allow-origin', origin);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
    void reply.header('access-control-expose-headers', RESPONSE_HEADERS);
    return false;
  }
  void reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', REQUEST_HEADERS)
    .header('access-control-max-age', MAX_AGE_SECONDS)
    .send();
  return true;
}
