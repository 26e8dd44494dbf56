import { Global, Module } from '@nestjs/common';
import { Erasures } from './erasures.js';
import { HourKeeper } from './hour-keeper.js';
import { HourMaker } from './hour-maker.js';
import { RestoreMark } from './restore-mark.js';

/** What every process has: hours are made ahead, and anything can be marked erased. */
@Global()
@Module({ providers: [Erasures, HourKeeper, HourMaker, RestoreMark], exports: [Erasures, HourMaker, RestoreMark] })
export class ExpiryModule {}
