import { Module } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Authenticator } from '../../platform/http/index.js';
import { Random } from '../../platform/ids/index.js';
import { Log, Metrics, sparingly } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { PeopleModule, SessionWatch } from '../people/index.js';
import { DeliveryAcks, SnapsModule } from '../snaps/index.js';
import { AckBatcher } from './ack-batcher.js';
import { AckSink } from './ack-sink.js';
import { Announcer } from './announcer.js';
import { createGatewayParts, GatewayParts } from './gateway-parts.js';
import { Hearers } from './hearers.js';
import { EventsController } from './http/events.controller.js';
import { LongPolls } from './long-polls.js';
import { PageReader } from './page-reader.js';
import { RealtimeSettings, TICK_MS } from './realtime.settings.js';
import { SocketCounts } from './socket-counts.js';
import { Sockets } from './sockets.js';
import { Wheel } from './wheel.js';
import { RealtimeGateway } from './ws/realtime.gateway.js';
import { SocketDoor } from './ws/socket-door.js';

/** Sockets and long polls over the event log. Needs `RealtimeAdapter` as the application's WebSocket adapter. */
@Module({
  imports: [PeopleModule, SnapsModule],
  controllers: [EventsController],
  providers: [
    Announcer,
    Hearers,
    LongPolls,
    RealtimeGateway,
    SocketCounts,
    SocketDoor,
    { provide: RealtimeSettings, useFactory: () => new RealtimeSettings() },
    { provide: Wheel, useFactory: () => new Wheel(TICK_MS) },
    { provide: AckSink, useExisting: DeliveryAcks },
    {
      provide: PageReader,
      inject: [EventLog, RealtimeSettings],
      useFactory: (log: EventLog, settings: RealtimeSettings) => new PageReader(log, settings),
    },
    {
      provide: Sockets,
      inject: [Hearers, Metrics],
      useFactory: (hearers: Hearers, metrics: Metrics) => new Sockets(hearers, (identified) => metrics.sockets.set(identified)),
    },
    { provide: AckBatcher, inject: [AckSink, RealtimeSettings, Log], useFactory: createAckBatcher },
    {
      provide: GatewayParts,
      inject: [Authenticator, SessionWatch, Sockets, PageReader, AckBatcher, Wheel, RealtimeSettings, Clock, Random, Log],
      useFactory: createGatewayParts,
    },
  ],
})
export class RealtimeModule {}

const LOG_EVERY_MS = 5000;

function createAckBatcher(sink: AckSink, settings: RealtimeSettings, log: Log): AckBatcher {
  const onFailed = sparingly(LOG_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'acks have to wait'));
  return new AckBatcher(sink, settings, onFailed);
}
