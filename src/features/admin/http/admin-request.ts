import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Admin } from '../admin-sessions.js';

/** A request as the admin guard leaves it. */
export interface AdminRequest extends FastifyRequest {
  admin?: Admin;
}

export const AdminOf = createParamDecorator((_: unknown, context: ExecutionContext): Admin => {
  const { admin } = context.switchToHttp().getRequest<AdminRequest>();
  if (!admin) throw new Error('@AdminOf() on a @Public() route');
  return admin;
});
