import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { loadConfig } from '../../src/platform/config/index.js';
import { errorCodes, Fault, type ErrorCode } from '../../src/platform/faults/index.js';
import {
  Authenticator,
  CallerOf,
  configureHttp,
  createHttpAdapter,
  IdempotencyKeyOf,
  IdParam,
  Limit,
  LimitByAddress,
  line,
  listQuery,
  Operation,
  Public,
  text as words,
  type Caller,
} from '../../src/platform/http/index.js';
import { OpenApiDocument } from '../../src/platform/http/openapi/openapi-document.js';
import { OpenApiController } from '../../src/platform/http/openapi/openapi.controller.js';
import { Limiter, type LimitName } from '../../src/platform/limits/index.js';
import { WallClock } from '../../src/platform/clock/index.js';
import { DiskReserve } from '../../src/platform/storage/index.js';
import { createLogger, currentRequestId, Log, Metrics } from '../../src/platform/observability/index.js';

const noteBody = z.strictObject({ text: words(20), name: line(10).optional(), tags: z.array(words(5)).max(3).optional() });
const described = { tag: 'test', summary: 'For tests', gives: 'Something' } as const;

/** One route for each thing the edge does. */
@Controller('v1')
export class EdgeController {
  @Get('caller')
  @Operation({ ...described, id: 'caller', status: 200 })
  me(@CallerOf() caller: Caller) {
    return caller;
  }

  @Get('open')
  @Public()
  @Operation({ ...described, id: 'open', status: 200 })
  open() {
    return { request_id: currentRequestId() };
  }

  @Post('notes')
  @Public()
  @Operation({ ...described, id: 'note', status: 201, answer: noteBody, codes: ['quota_exceeded'] })
  note(@Body({ schema: noteBody }) body: z.infer<typeof noteBody>) {
    return { ...body, request_id: currentRequestId() };
  }

  @Post('once')
  @Public()
  @Operation({ ...described, id: 'once', status: 201 })
  once(@IdempotencyKeyOf() key: string) {
    return { key };
  }

  @Get('list')
  @Public()
  @Operation({ ...described, id: 'list', status: 200 })
  list(@Query({ schema: listQuery }) query: unknown) {
    return query;
  }

  @Get('things/:id')
  @Public()
  @Operation({ ...described, id: 'thing', status: 200 })
  thing(@IdParam() id: string) {
    return { id };
  }

  @Get('limited')
  @Limit('send', 'send_day')
  @LimitByAddress('login')
  @Operation({ ...described, id: 'limited', status: 200 })
  limited() {
    return {};
  }

  @Get('faults/:code')
  @Public()
  @Operation({ ...described, id: 'fault', status: 200 })
  fault(@Param('code', { schema: z.string() }) code: string, @Query({ schema: z.looseObject({}) }) _query: object) {
    if (code in errorCodes) throw new Fault(code as ErrorCode, 'Words of a feature.');
    throw Object.assign(new Error('password hunter2 was wrong'), { parameters: ['hunter2'] });
  }
}

/** Knows two tokens: `good` and `ended`. */
class TokenTable extends Authenticator {
  override async authenticate(token: string): Promise<Caller> {
    if (token === 'good') return { personId: 'person-1', deviceId: 'device-1' };
    throw new Fault(token === 'ended' ? 'session_ended' : 'invalid_credentials', 'No.');
  }
}

class CountingLimiter extends Limiter {
  readonly taken: [LimitName, string][] = [];
  readonly empty = new Set<LimitName>();
  override async consume(limit: LimitName, key: string): Promise<void> {
    this.taken.push([limit, key]);
    if (this.empty.has(limit)) throw new Fault('rate_limited', 'Later.', { retryAfterSeconds: 7 });
  }
  override giveBack(): Promise<void> {
    return Promise.resolve();
  }
  override check(): Promise<void> {
    return Promise.resolve();
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Edge {
  readonly url: string;
  readonly limiter: CountingLimiter;
  /** Log lines until now, parsed. */
  readonly lines: Record<string, unknown>[];
  readonly metrics: Metrics;
  /** Bytes over a bare socket, and everything that came back until the server closed it. */
  raw(bytes: string): Promise<string>;
  stop(): Promise<void>;
}

/** The public port with nothing behind it: real HTTP, no database. */
export async function startEdge(environment: Record<string, string> = {}): Promise<Edge> {
  const config = loadConfig({ NODE_ENV: 'test', PORT: '0', ...environment });
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'info',
    destination: { write: (chunk: string) => void lines.push(JSON.parse(chunk) as Record<string, unknown>) },
  });
  const metrics = new Metrics();
  const limiter = new CountingLimiter();

  @Module({
    controllers: [EdgeController, OpenApiController],
    providers: [
      OpenApiDocument,
      { provide: Log, useValue: log },
      { provide: Limiter, useValue: limiter },
      { provide: Authenticator, useClass: TokenTable },
      { provide: DiskReserve, useValue: new DiskReserve(undefined, new WallClock()) },
    ],
  })
  class EdgeModule {}

  const adapter = createHttpAdapter(config, log, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(EdgeModule, adapter, { bodyParser: false, logger: false });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    limiter,
    lines,
    metrics,
    async raw(bytes) {
      const socket = connect(port, '127.0.0.1');
      socket.write(bytes, 'latin1');
      return text(socket);
    },
    stop: () => app.close(),
  };
}
