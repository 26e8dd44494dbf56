import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Fault } from '../faults/index.js';
import type { HttpRequest } from './http-request.js';
import { pointerTo } from './issues.js';

type Handler = (...args: unknown[]) => unknown;
interface Taken {
  readonly body: boolean;
  readonly query: boolean;
}

/**
 * Unknown fields are refused on every route, also on those that take no body or no query: there all of them are unknown.
 * (Routes that take one check it against their schema.)
 */
export class StrictGuard implements CanActivate {
  readonly #taken = new WeakMap<Handler, Taken>();

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler() as Handler;
    let taken = this.#taken.get(handler);
    if (!taken) this.#taken.set(handler, (taken = takenBy(context.getClass(), handler.name)));
    const request = context.switchToHttp().getRequest<HttpRequest>();
    if (!taken.body) refuseFields(request.body, 'body');
    if (!taken.query) refuseFields(request.query, 'query');
    return true;
  }
}

function takenBy(controller: object, method: string): Taken {
  const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined;
  const types = Object.keys(args ?? {}).map((key) => Number(key.split(':', 1)[0]));
  return { body: types.includes(RouteParamtypes.BODY), query: types.includes(RouteParamtypes.QUERY) };
}

function refuseFields(value: unknown, part: string): void {
  if (value === undefined || value === null) return;
  const keys = typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [''];
  if (keys.length === 0) return;
  throw new Fault('validation_failed', `This route takes no ${part}.`, {
    errors: keys
      .slice(0, 20)
      .map((key) => ({ pointer: key === '' ? '' : pointerTo([key]), code: 'unknown_field', message: 'There is no such field.' })),
  });
}
