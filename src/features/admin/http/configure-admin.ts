import type { INestApplication } from '@nestjs/common';
import { LimitGuard, ProblemFilter, StrictGuard, ValidationPipe } from '../../../platform/http/index.js';
import { Limiter } from '../../../platform/limits/index.js';
import { Log } from '../../../platform/observability/index.js';
import { AdminSessions } from '../admin-sessions.js';
import { AdminGuard } from './admin.guard.js';

/** What every route of the admin port has around it. */
export function configureAdmin(app: INestApplication): void {
  app.useGlobalFilters(new ProblemFilter(app.get(Log)));
  app.useGlobalGuards(new LimitGuard(app.get(Limiter)), new AdminGuard(app.get(AdminSessions, { strict: false })), new StrictGuard());
  app.useGlobalPipes(new ValidationPipe());
}
