import { Global, Module } from '@nestjs/common';
import { CloseHourHandler } from './jobs/close-hour.handler.js';
import { SettleErasureHandler } from './jobs/settle-erasure.handler.js';
import { ExpiryPurgeModule } from './expiry.purge.module.js';
import { PurgeGauges } from './purge-gauges.js';
import { SweepTimer } from './sweep-timer.js';

/** What workers have on top: hours are closed, debts settled, sweeps run, all by themselves. */
@Global()
@Module({
  imports: [ExpiryPurgeModule],
  providers: [CloseHourHandler, PurgeGauges, SettleErasureHandler, SweepTimer],
  exports: [CloseHourHandler, ExpiryPurgeModule, SettleErasureHandler],
})
export class ExpiryWorkerModule {}
