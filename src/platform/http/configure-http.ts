import type { INestApplication } from '@nestjs/common';
import { Limiter } from '../limits/index.js';
import { Log } from '../observability/index.js';
import { DiskReserve } from '../storage/index.js';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import { DiskGuard } from './disk.guard.js';
import { LimitGuard } from './limit.guard.js';
import { buildOpenApi } from './openapi/build-openapi.js';
import { OpenApiDocument } from './openapi/openapi-document.js';
import { ProblemFilter } from './problem.filter.js';
import { StrictGuard } from './strict.guard.js';
import { ValidationPipe } from './validation.pipe.js';

/**
 * What every route of the public port has around it: who asks, how often, with what fields, and how a refusal reads. For an
 * application made with `createHttpAdapter`, before it listens. Controllers say `v1` in their own paths.
 */
export function configureHttp(app: INestApplication): void {
  app.useGlobalFilters(new ProblemFilter(app.get(Log)));
  app.useGlobalGuards(
    new AuthGuard(app.get(Authenticator, { strict: false })),
    new LimitGuard(app.get(Limiter)),
    new StrictGuard(),
    new DiskGuard(app.get(DiskReserve)),
  );
  app.useGlobalPipes(new ValidationPipe());
  app.get(OpenApiDocument).from(() => buildOpenApi(app));
}
