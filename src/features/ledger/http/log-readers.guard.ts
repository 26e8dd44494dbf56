import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Config } from '../../../platform/config/index.js';
import { Fault } from '../../../platform/faults/index.js';
import { Authenticator } from '../../../platform/http/index.js';
import type { HttpRequest } from '../../../platform/http/http-request.js';

const BEARER = /^bearer +([\w~+/.-]+=*)$/i;

/** Who may read the log: anybody, or members alone (`LOG_PUBLIC`). The routes are `@Public()`; this decides. */
@Injectable()
export class LogReadersGuard implements CanActivate {
  constructor(
    private readonly config: Config,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.config.LOG_PUBLIC === 'public') return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw new Fault('invalid_credentials', 'This server shows its log to members: send an access token.');
    request.caller = await this.authenticator.authenticate(token);
    return true;
  }
}
