import { Module } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Authenticator } from '../../platform/http/index.js';
import { Random } from '../../platform/ids/index.js';
import { Log, Metrics } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { PeopleModule, SessionWatch } from '../people/index.js';
import { AckBatcher } from './ack-batcher.js';
import { createGatewayParts, GatewayParts } from './gateway-parts.js';
import { Hearers } from './hearers.js';
import { LongPollModule } from './long-poll.module.js';
import { PageReader } from './page-reader.js';
import { RealtimeSettings, TICK_MS } from './realtime.settings.js';
import { SocketCounts } from './socket-counts.js';
import { Sockets } from './sockets.js';
import { Wheel } from './wheel.js';
import { RealtimeGateway } from './ws/realtime.gateway.js';
import { SocketDoor } from './ws/socket-door.js';

/** Sockets over the event log, beside its long polls. Needs `RealtimeAdapter` as the application's WebSocket adapter. */
@Module({
  imports: [PeopleModule, LongPollModule],
  providers: [
    RealtimeGateway,
    SocketCounts,
    SocketDoor,
    { provide: Wheel, useFactory: () => new Wheel(TICK_MS) },
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
    {
      provide: GatewayParts,
      inject: [Authenticator, SessionWatch, Sockets, PageReader, AckBatcher, Wheel, RealtimeSettings, Clock, Random, Log],
      useFactory: createGatewayParts,
    },
  ],
})
export class RealtimeModule {}
