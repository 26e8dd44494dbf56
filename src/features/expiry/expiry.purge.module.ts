import { Global, Module } from '@nestjs/common';
import { ErasureSettler } from './erasure-settler.js';
import { HourCloser } from './hour-closer.js';
import { HourEnder } from './hour-ender.js';
import { LostHours } from './lost-hours.js';
import { ObjectEraser } from './object-eraser.js';
import { PurgeTasks } from './purge-tasks.js';
import { Sweeper } from './sweeper.js';
import { SweepTurns } from './sweep-turns.js';

/** All that purging is made of. Nothing in it starts by itself: a worker has timers and jobs for that, `flits purge` asks. */
@Global()
@Module({
  providers: [ErasureSettler, HourCloser, HourEnder, LostHours, ObjectEraser, PurgeTasks, Sweeper, SweepTurns],
  exports: [ErasureSettler, HourCloser, HourEnder, LostHours, ObjectEraser, Sweeper],
})
export class ExpiryPurgeModule {}
