import { Global, Module } from '@nestjs/common';
import { Erasures } from './erasures.js';
import { HourKeeper } from './hour-keeper.js';
import { HourMaker } from './hour-maker.js';
import { PurgeDesk } from './purge-desk.js';
import { RestoreMark } from './restore-mark.js';
import { SweepTurns } from './sweep-turns.js';

/** What every process has: hours are made ahead, and anything can be marked erased. */
@Global()
@Module({
  providers: [Erasures, HourKeeper, HourMaker, PurgeDesk, RestoreMark, SweepTurns],
  exports: [Erasures, HourMaker, PurgeDesk, RestoreMark],
})
export class ExpiryModule {}
