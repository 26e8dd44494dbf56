import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Limiter } from '../limits/index.js';
import { addressKey } from './address-key.js';
import type { HttpRequest } from './http-request.js';
import { LIMITS, type RouteLimit } from './limit.decorator.js';

/** Takes from the budgets a route names with `@Limit`; runs after the caller is known. */
export class LimitGuard implements CanActivate {
  constructor(private readonly limiter: Limiter) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const limits = Reflect.getMetadata(LIMITS, context.getHandler()) as readonly RouteLimit[] | undefined;
    if (!limits) return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    for (const { name, by } of limits) await this.limiter.consume(name, keyOf(by, request));
    return true;
  }
}

function keyOf(by: RouteLimit['by'], request: HttpRequest): string {
  if (by === 'address') return `address:${addressKey(request.ip)}`;
  if (!request.caller) throw new Error('a limit by person on a route that knows no person');
  return `person:${request.caller.personId}`;
}
