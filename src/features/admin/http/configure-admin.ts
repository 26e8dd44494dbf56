import type { INestApplication } from '@nestjs/common';
import {
  ADMIN_DOCUMENT,
  buildOpenApi,
  LimitGuard,
  OpenApiDocument,
  ProblemFilter,
  StrictGuard,
  ValidationPipe,
} from '../../../platform/http/index.js';
import { Limiter } from '../../../platform/limits/index.js';
import { Log } from '../../../platform/observability/index.js';
import { AdminSessions } from '../admin-sessions.js';
import { AdminGuard } from './admin.guard.js';

/** What every route of the admin port has around it. */
export function configureAdmin(app: INestApplication): void {
  app.useGlobalFilters(new ProblemFilter(app.get(Log)));
  app.useGlobalGuards(new LimitGuard(app.get(Limiter)), new AdminGuard(app.get(AdminSessions, { strict: false })), new StrictGuard());
  app.useGlobalPipes(new ValidationPipe());
  app.get(OpenApiDocument, { strict: false }).from(() => buildOpenApi(app, ADMIN_DOCUMENT));
}
