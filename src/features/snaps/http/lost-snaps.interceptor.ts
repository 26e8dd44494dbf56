import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { Fault } from '../../../platform/faults/index.js';
import type { HttpRequest } from '../../../platform/http/http-request.js';
import { Hours } from '../../../platform/ids/index.js';
import { RestoreMark } from '../../expiry/index.js';
import { SnapErrors } from '../snaps.errors.js';

/**
 * After a restore (RestoreMark): "nothing here for you" becomes "lost" for every id that may be of a snap from before it, for
 * its sender, its recipients and strangers alike, since the server cannot tell them apart any more.
 */
@Injectable()
export class LostSnapsInterceptor implements NestInterceptor {
  constructor(
    private readonly restored: RestoreMark,
    private readonly hours: Hours,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { id } = context.switchToHttp().getRequest<HttpRequest>().params as { id?: string };
    return next.handle().pipe(
      catchError((error: unknown) => {
        throw error instanceof Fault && error.code === 'not_found' && id && this.#mayBeLost(id) ? SnapErrors.lost() : error;
      }),
    );
  }

  #mayBeLost(id: string): boolean {
    const label = this.hours.labelOf(id.toLowerCase());
    return label !== undefined && this.restored.mayBeLost(label);
  }
}
