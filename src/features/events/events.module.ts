import { Module, type DynamicModule } from '@nestjs/common';
import { EventLog } from './event-log.js';
import { EventPayloads } from './event-payloads.js';
import { PayloadSources } from './payload-sources.js';

@Module({})
export class EventsModule {
  /** Called once: src/app/events.ts. */
  static reading(sources: PayloadSources): DynamicModule {
    return {
      module: EventsModule,
      global: true,
      providers: [EventLog, EventPayloads, { provide: PayloadSources, useValue: sources }],
      exports: [EventLog],
    };
  }
}
