import { Module } from '@nestjs/common';
import { InboxController } from './http/inbox.controller.js';
import { SnapsController } from './http/snaps.controller.js';
import { SnapsModule } from './snaps.module.js';

@Module({ imports: [SnapsModule], controllers: [SnapsController, InboxController] })
export class SnapsHttpModule {}
