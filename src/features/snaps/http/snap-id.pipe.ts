import { Injectable, type PipeTransform } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Hours } from '../../../platform/ids/index.js';
import { SnapErrors } from '../snaps.errors.js';

/**
 * A snap's id in a path, judged by itself: what is no mortal id of this server, or lies beyond any life, is 404; one whose hour
 * is past is 410 for everybody, without a look into the database.
 */
@Injectable()
export class SnapIdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly hours: Hours,
    private readonly clock: Clock,
  ) {}

  transform(value: string): string {
    const id = value.toLowerCase();
    const label = this.hours.labelOf(id);
    const now = this.clock.now();
    if (label === undefined || label > now + this.hours.ttlMs + this.hours.bucketMs) throw SnapErrors.notFound();
    if (label <= now) throw SnapErrors.expired();
    return id;
  }
}
