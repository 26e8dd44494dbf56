import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/index.js';
import { Fault } from '../faults/index.js';
import type { Logger, Metrics } from '../observability/index.js';
import { closeIdleWhileClosing } from './close-idle.js';
import { MAX_BODY, useJsonBodies } from './json-body.js';
import { ProblemFilter } from './problem.filter.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';
import { requestIdOf } from './request-id.js';
import { addRequestHooks } from './request-hooks.js';
import { readTls } from './tls.js';

// Headers and body of one request, so that a slow sender holds no socket for ever. Where media come to this port as well
// (folder store), as long as their link lives.
const REQUEST_TIMEOUT_MS = 30_000;
const MEDIA_REQUEST_TIMEOUT_MS = 15 * 60_000;
const KEEP_ALIVE_MS = 72_000; // above the 60 s of common load balancers, so that they close first

/** The public port: Fastify with our limits, parsers and hooks. Pass it to `NestFactory.create` with `{ bodyParser: false }`. */
export function createHttpAdapter(config: Config, log: Logger, metrics: Metrics): FastifyAdapter {
  const filter = new ProblemFilter(log);
  // One for all requests. Fastify's own lines of each request are `info` and hold paths; ours is written by the hooks.
  const requestLog = Object.assign(Object.create(log) as Logger, { info: () => undefined });
  const adapter = new FastifyAdapter({
    ...tlsOf(config),
    loggerInstance: log,
    childLoggerFactory: () => requestLog,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? [...config.TRUSTED_PROXIES] : false,
    bodyLimit: MAX_BODY,
    requestTimeout: config.S3_ENDPOINT ? REQUEST_TIMEOUT_MS : MEDIA_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    genReqId: requestIdOf,
    requestIdHeader: false,
    // While closing, requests on open connections are still answered as usual; readyz says that we are leaving.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 128 },
    // A path that cannot be decoded: no route, no hooks.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => filter.answer(error, request, reply),
    clientErrorHandler: answerBroken,
    // No Nest middleware anywhere: spares a hook a request.
    skipMiddie: true,
  });
  useJsonBodies(adapter);
  adapter.getInstance().decorateRequest('caller', undefined);
  addRequestHooks(adapter.getInstance(), config, log, metrics);
  closeIdleWhileClosing(adapter.getInstance());
  return adapter;
}

function tlsOf(config: Config): { https?: { cert: Buffer; key: Buffer } } {
  const tls = readTls(config);
  return tls ? { https: { cert: tls.cert, key: tls.key } } : {};
}

/** What came is not HTTP, or stopped half-way: there is no request object to answer through. */
function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const fault = new Fault(error.code === 'HPE_HEADER_OVERFLOW' ? 'too_large' : 'bad_request', 'The request cannot be read.');
  const { status, body } = problemOf(fault, { id: requestIdOf({ headers: {} }), url: '' });
  const json = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(json)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`);
}
