import { Module } from '@nestjs/common';
import { Log, sparingly } from '../../platform/observability/index.js';
import { PeopleModule } from '../people/index.js';
import { DeliveryAcks, SnapsModule } from '../snaps/index.js';
import { AckBatcher } from './ack-batcher.js';
import { AckSink } from './ack-sink.js';
import { Announcer } from './announcer.js';
import { Hearers } from './hearers.js';
import { EventsController } from './http/events.controller.js';
import { LongPolls } from './long-polls.js';
import { RealtimeSettings } from './realtime.settings.js';

/**
 * Long polls over the event log: `GET /v1/events`, of every process that people talk to. A gateway has sockets as well, on the same
 * hearers and acks.
 */
@Module({
  imports: [PeopleModule, SnapsModule],
  controllers: [EventsController],
  providers: [
    Announcer,
    Hearers,
    LongPolls,
    { provide: RealtimeSettings, useFactory: () => new RealtimeSettings() },
    { provide: AckSink, useExisting: DeliveryAcks },
    { provide: AckBatcher, inject: [AckSink, RealtimeSettings, Log], useFactory: createAckBatcher },
  ],
  exports: [AckBatcher, Hearers, RealtimeSettings],
})
export class LongPollModule {}

const LOG_EVERY_MS = 5000;

function createAckBatcher(sink: AckSink, settings: RealtimeSettings, log: Log): AckBatcher {
  const onFailed = sparingly(LOG_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'acks have to wait'));
  return new AckBatcher(sink, settings, onFailed);
}
