import { ApiExtension } from '@nestjs/swagger';
import type { LimitName } from '../limits/index.js';

export const LIMITS = 'flits:limits';

export interface RouteLimit {
  readonly name: LimitName;
  /** Whose budget a call takes from. */
  readonly by: 'person' | 'address';
}

/** Takes one from each of the caller's budgets of these names (src/platform/limits) before the route runs. */
export const Limit = (...names: LimitName[]): MethodDecorator => limited(names.map((name) => ({ name, by: 'person' })));

/** The same for the client's address: for `@Public()` routes, and against many accounts behind one address. */
export const LimitByAddress = (...names: LimitName[]): MethodDecorator => limited(names.map((name) => ({ name, by: 'address' })));

function limited(more: RouteLimit[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const limits = [...more, ...((Reflect.getMetadata(LIMITS, handler) as RouteLimit[] | undefined) ?? [])];
    Reflect.defineMetadata(LIMITS, limits, handler);
    ApiExtension(
      'x-limits',
      limits.map(({ name }) => name),
    )(target, property, descriptor);
  };
}
