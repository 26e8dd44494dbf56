import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Fault } from '../faults/index.js';
import type { DiskReserve } from '../storage/index.js';
import { NEEDS_DISK } from './needs-disk.decorator.js';

const RETRY_AFTER_SECONDS = 60;

/** Refuses new bytes at the ticket and at the send, before anything was acknowledged, never after a PUT. */
export class DiskGuard implements CanActivate {
  constructor(private readonly reserve: DiskReserve) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!Reflect.getMetadata(NEEDS_DISK, context.getHandler()) || !(await this.reserve.isLow())) return true;
    throw new Fault('storage_low', 'The server is low on storage; what is there keeps working. Try again later.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}
