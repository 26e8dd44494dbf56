import { Module, type OnModuleInit } from '@nestjs/common';
import { ServerFacts } from '../../platform/http/index.js';
import { FriendsHttpModule } from '../friends/index.js';
import { ReportsController } from './http/reports.controller.js';
import { ModerationModule } from './moderation.module.js';

/** Reporting, for people. */
@Module({ imports: [ModerationModule, FriendsHttpModule], controllers: [ReportsController] })
export class ModerationHttpModule implements OnModuleInit {
  constructor(private readonly facts: ServerFacts) {}

  onModuleInit(): void {
    this.facts.add({ capabilities: ['reports', 'report_block'], limits: {} });
  }
}
