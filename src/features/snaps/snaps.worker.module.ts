import { Module } from '@nestjs/common';
import { SpreadStoryHandler } from './jobs/spread-story.handler.js';
import { SnapsModule } from './snaps.module.js';
import { SnapsUpkeep } from './snaps-upkeep.js';
import { StoriesSweeps } from './stories.sweeps.js';

@Module({ imports: [SnapsModule], providers: [SnapsUpkeep, SpreadStoryHandler, StoriesSweeps], exports: [SpreadStoryHandler] })
export class SnapsWorkerModule {}
