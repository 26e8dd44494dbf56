import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Fault } from '../faults/index.js';
import type { HttpRequest } from './http-request.js';

export const MAX_IDEMPOTENCY_KEY_LENGTH = 128;

const readKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<HttpRequest>().headers['idempotency-key'];
  if (typeof key !== 'string' || key === '')
    throw new Fault('idempotency_key_required', 'Send an Idempotency-Key: a fresh random one for each thing you do.');
  if (key.length > MAX_IDEMPOTENCY_KEY_LENGTH)
    throw new Fault('idempotency_key_required', `An Idempotency-Key has at most ${MAX_IDEMPOTENCY_KEY_LENGTH} characters.`);
  return key;
});

/** The request's `Idempotency-Key`, 1–128 characters. The route says so in the OpenAPI document by using it. */
export function IdempotencyKeyOf(): ParameterDecorator {
  return (target, property, index) => {
    readKey()(target, property, index);
    const handler = property && Object.getOwnPropertyDescriptor(target, property);
    if (handler) ApiExtension('x-idempotent', true)(target, property, handler);
  };
}
