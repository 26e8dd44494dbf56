import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Fault } from '../../../platform/faults/index.js';
import { PUBLIC } from '../../../platform/http/index.js';
import type { AdminSessions } from '../admin-sessions.js';
import type { AdminRole } from '../admin.settings.js';
import type { AdminRequest } from './admin-request.js';
import { ROLES } from './roles.decorator.js';

const BEARER = /^bearer +(flits-admin-[\w-]{43})$/i;

/** Lets past whoever has an admin session and the role the route names. A person's token is none (R56). */
export class AdminGuard implements CanActivate {
  constructor(private readonly sessions: AdminSessions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    if (Reflect.getMetadata(PUBLIC, handler) === true) return true;
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw new Fault('invalid_credentials', 'Send the token of an admin session: Authorization: Bearer …');
    const admin = await this.sessions.authenticate(token);
    const roles = (Reflect.getMetadata(ROLES, handler) ?? []) as readonly AdminRole[];
    if (!roles.includes(admin.role)) throw new Fault('forbidden', `This is for ${roles.join(' or ')}.`);
    request.admin = admin;
    return true;
  }
}
