import { z } from 'zod';
import { VERSION } from '../../platform/http/index.js';
import type { EventData, EventDatum, EventType } from '../events/index.js';
import { closeCodes } from './close-codes.js';
import { clientFrame, eventFrame, serverFrame } from './frames.js';
import { MAX_FRAME_BYTES, REALTIME_PATH, SUBPROTOCOL } from './realtime.settings.js';

type Frame = (typeof clientFrame | typeof serverFrame)['options'][number];

/**
 * The socket's contract as an AsyncAPI 3.0 document, made from the schemas that frames are checked with: contract/asyncapi.yaml.
 * Frames are told apart by `op`, and events by `type`: a message each.
 */
export function asyncApiDocument(eventData: EventData): object {
  const events = Object.entries(eventData) as [EventType, EventDatum][];
  const plain = serverFrame.options.filter((frame) => frame !== eventFrame);
  const fromClient = clientFrame.options.map(opOf);
  const fromServer = [...plain.map(opOf), ...events.map(([type]) => type)];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Flits realtime',
      version: VERSION,
      description: `One socket a device, subprotocol \`${SUBPROTOCOL}\`. JSON text frames of at most ${MAX_FRAME_BYTES} bytes. How they follow each other: docs/protocol.md.`,
      license: { name: 'AGPL-3.0-only' },
    },
    defaultContentType: 'application/json',
    servers: {
      public: {
        host: '{host}',
        protocol: 'wss',
        variables: { host: { default: 'localhost:3000', description: 'See `realtime_url` in `GET /v1/server`.' } },
      },
    },
    channels: {
      realtime: {
        address: REALTIME_PATH,
        description: 'Nothing but the path is in the URL: the token goes into the first frame.',
        messages: Object.fromEntries([...fromClient, ...fromServer].map((op) => [op, { $ref: `#/components/messages/${op}` }])),
        bindings: {
          ws: {
            method: 'GET',
            headers: {
              type: 'object',
              required: ['Sec-WebSocket-Protocol'],
              properties: { 'Sec-WebSocket-Protocol': { type: 'string', const: SUBPROTOCOL } },
            },
          },
        },
        'x-close-codes': Object.entries(closeCodes).map(([name, { code, reason, reconnect, advice }]) => ({
          code,
          name,
          reason,
          reconnect,
          advice,
        })),
      },
    },
    operations: {
      fromClient: operation('receive', fromClient),
      fromServer: operation('send', fromServer),
    },
    components: {
      messages: Object.fromEntries([
        ...[...clientFrame.options, ...plain].map((frame) => [opOf(frame), message(frame)] as const),
        ...events.map(([type, datum]) => [type, eventMessage(type, datum)] as const),
      ]),
    },
  };
}

/** @param action as the server sees it */
function operation(action: 'send' | 'receive', ops: string[]): object {
  return {
    action,
    channel: { $ref: '#/channels/realtime' },
    messages: ops.map((op) => ({ $ref: `#/channels/realtime/messages/${op}` })),
  };
}

function message(frame: Frame): object {
  const { description, ...payload } = schemaOf(frame);
  return { name: opOf(frame), summary: description, payload };
}

function eventMessage(type: EventType, { data, to, note, example }: EventDatum): object {
  const payload = schemaOf(eventFrame.extend({ type: z.literal(type), data }));
  const frame = { op: 'event', seq: 42, prev: 41, type, at: '2026-11-26T12:00:00.000Z', data: example };
  return { name: type, summary: `To ${to}.${note === undefined ? '' : ` ${note}`}`, payload, examples: [{ payload: frame }] };
}

function schemaOf(frame: z.ZodType): z.core.JSONSchema.BaseSchema {
  // As what may be sent in, also for the server's frames: fields that come later must not break a client's check.
  const { $schema: _, '~standard': __, ...schema } = z.toJSONSchema(frame, { target: 'draft-7', io: 'input', override: sayNoMore });
  return schema;
}

/** Beside `format: date-time` zod also spells out a pattern, leap years included; and examples are for other places. */
function sayNoMore({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format) delete jsonSchema.pattern;
  delete jsonSchema.examples;
}

function opOf(frame: Frame): string {
  return frame.shape.op.value;
}
