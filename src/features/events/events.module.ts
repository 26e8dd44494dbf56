import { Global, Module } from '@nestjs/common';
import { EventLog } from './event-log.js';
import { EventPayloads } from './event-payloads.js';

@Global()
@Module({ providers: [EventLog, EventPayloads], exports: [EventLog, EventPayloads] })
export class EventsModule {}
