import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';
import { runInContext, type Log, type Metrics } from '../observability/index.js';
import { answerCors } from './cors.js';

const YEAR_SECONDS = 31_536_000;
/** Probes come every few seconds for ever; only their failures are worth a line. */
const QUIET = new Set(['/livez', '/readyz']);

/** What happens around every request: id, security headers, CORS, the context of its log lines, one line at its end. */
export function addRequestHooks(instance: FastifyInstance, config: Config, log: Log, metrics: Metrics): void {
  const origins = new Set(config.ALLOWED_ORIGINS);
  const fixed: Record<string, string> = { 'x-content-type-options': 'nosniff' };
  if (config.PUBLIC_URL.startsWith('https:')) fixed['strict-transport-security'] = `max-age=${YEAR_SECONDS}; includeSubDomains`;

  instance.addHook('onRequest', (request, reply, done) => {
    void reply.headers(fixed).header('x-request-id', request.id);
    // Objects in a folder are served by routes with headers of their own.
    const isApi = request.url.startsWith('/v1') || request.url.startsWith('/admin/v1');
    if (isApi) void reply.header('cache-control', 'no-store');
    if (!isApi || !answerCors(origins, request, reply)) done();
  });

  // Not in onRequest: while a body is read, events of the socket would carry the context of whoever used it before.
  instance.addHook('preValidation', (request, _reply, done) => runInContext({ requestId: request.id }, done));

  instance.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpDuration.observe({ route, method, status }, reply.elapsedTime / 1000);
    // The route's template, not its path: no id, no handle, no query.
    if (status >= 400 || !QUIET.has(route))
      log.info({ request_id: request.id, method, route, status, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'request');
    done();
  });
}
