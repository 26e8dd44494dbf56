import { HttpException } from '@nestjs/common';
import { errorCodes, Fault, type ErrorCode } from '../faults/index.js';
import { awayFault } from './away.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** One 404 for "does not exist" and "not yours", whatever the feature that refused had to say (R1). */
const NOT_FOUND = 'There is nothing here, or it is not yours to see.';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

/** RFC 9457, with our own members. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly errors?: readonly { pointer: string; code: string; message: string }[];
}

/** @param request.url as received; its query never reaches the answer */
export function problemOf(fault: Fault, request: { id: string; url: string }): Problem {
  const { status, title } = errorCodes[fault.code];
  const { errors, members, retryAfterSeconds } = fault.extra;
  return {
    status,
    headers: headersOf(status, fault.code, retryAfterSeconds),
    body: {
      ...members,
      type: `urn:flits:error:${fault.code}`,
      title,
      status,
      detail: fault.code === 'not_found' ? NOT_FOUND : fault.detail,
      instance: request.url.split('?', 1)[0] ?? '',
      code: fault.code,
      request_id: request.id,
      ...(errors && { errors }),
    },
  };
}

/** What any error thrown under a request is for the one who asked. Says nothing about what it does not know. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const away = awayFault(error);
  if (away) return away;
  const status = statusOf(error);
  if (status === undefined || status >= 500) return new Fault('internal', 'The fault is ours and has been written down.');
  return clientFault(status);
}

/** Nest's and Fastify's own refusals carry a status; their words may repeat what was sent, so they are not passed on. */
function clientFault(status: number): Fault {
  switch (status) {
    case 404:
    case 405:
    case 414: // a path parameter longer than any of ours
      return new Fault('not_found', NOT_FOUND);
    case 413:
      return new Fault('too_large', 'The request is larger than this route takes.');
    case 415:
      return new Fault('unsupported_media', 'Send the body as application/json.');
    default:
      return new Fault('bad_request', 'The request cannot be read.');
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return error instanceof Error && error.name === 'FastifyError' && typeof status === 'number' ? status : undefined;
}

function headersOf(status: number, code: ErrorCode, retryAfterSeconds: number | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  const retryAfter = retryAfterSeconds ?? (status === 429 || status === 503 ? 5 : undefined);
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  // RFC 6750 §3: every 401 names the scheme.
  if (status === 401) headers['www-authenticate'] = code === 'invalid_credentials' ? 'Bearer' : 'Bearer error="invalid_token"';
  return headers;
}
