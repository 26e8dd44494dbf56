import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../observability/index.js';
import { faultOf, PROBLEM_TYPE, problemOf } from './problem.js';

/** The one place where an error becomes an answer (RFC 9457). Faults of ours are logged with their stack, and answered without. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also for what fails before a route is known. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, headers, body } = problemOf(faultOf(error), request);
    if (status >= 500) {
      const line = { err: error, request_id: request.id, method: request.method, route: request.routeOptions.url, code: body.code };
      if (body.code === 'internal') this.log.error(line, 'a request failed');
      else this.log.warn(line, 'a request was refused: a part of the service is away');
    }
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    // As bytes: to a string Fastify would add a charset, which JSON types do not have (RFC 8259 §11).
    void reply
      .code(status)
      .headers(headers)
      .type(PROBLEM_TYPE)
      .send(Buffer.from(JSON.stringify(body)));
  }
}
