import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';

/** A request as our guards leave it. */
export interface HttpRequest extends FastifyRequest {
  caller?: Caller;
}
