import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Fault } from '../faults/index.js';
import type { Authenticator } from './authenticator.js';
import type { HttpRequest } from './http-request.js';
import { PUBLIC } from './public.decorator.js';

// RFC 6750 §2.1: b64token. The scheme's name is case-insensitive (RFC 9110 §11.1).
const BEARER = /^bearer +([\w~+/.-]+=*)$/i;

/** Lets nobody past without a good access token, except on routes that say `@Public()`. */
export class AuthGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (Reflect.getMetadata(PUBLIC, context.getHandler()) === true) return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw new Fault('invalid_credentials', 'Send an access token: Authorization: Bearer …');
    request.caller = await this.authenticator.authenticate(token);
    return true;
  }
}
