import { Controller, Get, Query, Req } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { CallerOf, Limit, Operation, type Caller } from '../../../platform/http/index.js';
import type { HttpRequest } from '../../../platform/http/http-request.js';
import { LongPolls } from '../long-polls.js';
import { eventsAnswer, eventsQuery, type EventsAnswer, type EventsQuery } from './events.dto.js';

@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly polls: LongPolls,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Limit('events')
  @Operation({
    id: 'listEvents',
    tag: 'events',
    summary: 'What happened since, waiting for it if need be',
    description: 'The same events as on the socket. Numbers may be missing: events die with what they speak of.',
    status: 200,
    gives: 'Events, oldest first',
    answer: eventsAnswer,
  })
  async read(
    @CallerOf() caller: Caller,
    @Query({ schema: eventsQuery }) query: EventsQuery,
    @Req() request: HttpRequest,
  ): Promise<EventsAnswer> {
    const gone = new AbortController();
    const abort = () => gone.abort();
    request.raw.socket.once('close', abort);
    try {
      const page = await this.polls.events({ caller, after: query.after, waitMs: query.wait_seconds * 1000, gone: gone.signal });
      return {
        items: page.events.map(({ seq, type, at, data }) => ({ seq, type, at, data: { ...data } })),
        next_after: page.next,
        resync: page.resync,
        server_time: this.clock.date().toISOString(),
      };
    } finally {
      request.raw.socket.off('close', abort);
    }
  }
}
