import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { HttpRequest } from './http-request.js';

/** Who asks: known from the access token alone, without a look into the database. */
export interface Caller {
  readonly personId: string;
  readonly deviceId: string;
}

/** The caller of a route that is not `@Public()`. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<HttpRequest>();
  if (!caller) throw new Error('@CallerOf() on a @Public() route');
  return caller;
});
