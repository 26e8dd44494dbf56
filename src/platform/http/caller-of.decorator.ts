import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from './caller.js';
import type { HttpRequest } from './http-request.js';

/** The caller of a route that is not `@Public()`. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<HttpRequest>();
  if (!caller) throw new Error('@CallerOf() on a @Public() route');
  return caller;
});
