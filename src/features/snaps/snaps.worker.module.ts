import { Module } from '@nestjs/common';
import { SnapsModule } from './snaps.module.js';
import { SnapsUpkeep } from './snaps-upkeep.js';

@Module({ imports: [SnapsModule], providers: [SnapsUpkeep] })
export class SnapsWorkerModule {}
