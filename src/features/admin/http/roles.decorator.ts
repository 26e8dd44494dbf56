import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { AdminRole } from '../admin.settings.js';

export const ROLES = 'flits:admin-roles';

/** Who may call a route. One that names nobody is nobody's. The document says it as `x-roles`. */
export const Roles = (...roles: AdminRole[]): MethodDecorator => applyDecorators(SetMetadata(ROLES, roles), ApiExtension('x-roles', roles));
