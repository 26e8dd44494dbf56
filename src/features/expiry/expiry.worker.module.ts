import { Global, Module } from '@nestjs/common';
import { ErasureSettler } from './erasure-settler.js';
import { HourCloser } from './hour-closer.js';
import { HourEnder } from './hour-ender.js';
import { CloseHourHandler } from './jobs/close-hour.handler.js';
import { SettleErasureHandler } from './jobs/settle-erasure.handler.js';
import { LostHours } from './lost-hours.js';
import { ObjectEraser } from './object-eraser.js';
import { SweepTimer } from './sweep-timer.js';
import { PurgeGauges } from './purge-gauges.js';
import { Sweeper } from './sweeper.js';
import { SweepTurns } from './sweep-turns.js';

/** What workers have on top: hours are closed, debts settled, sweeps run. */
@Global()
@Module({
  providers: [
    CloseHourHandler,
    ErasureSettler,
    HourCloser,
    HourEnder,
    LostHours,
    ObjectEraser,
    PurgeGauges,
    SettleErasureHandler,
    Sweeper,
    SweepTimer,
    SweepTurns,
  ],
  exports: [CloseHourHandler, ObjectEraser, HourCloser, HourEnder, LostHours, SettleErasureHandler, Sweeper],
})
export class ExpiryWorkerModule {}
