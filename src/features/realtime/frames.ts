import { z } from 'zod';
import { eventTypes } from '../events/index.js';

/**
 * The frames of `flits.v1.json`, both ways: JSON objects told apart by `op`. contract/asyncapi.yaml is made from these. What a
 * client sends is strict; what the server sends may get more fields later, which clients ignore.
 */

const seq = z.int().min(0);

export const identifyFrame = z
  .strictObject({
    op: z.literal('identify'),
    token: z.string().min(1).max(4096).describe('An access token. It is checked here; the socket then lives as long as the session.'),
    after: seq.optional().describe('The highest number the device has. Without it: from `head`, with `resync: true`.'),
  })
  .describe('The first frame of a client, within 5 s of connecting.');

export const resumeFrame = z
  .strictObject({ op: z.literal('resume'), after: seq })
  .describe('Send again from here. Answered by a `ready`, then every living event after `after`.');

export const ackFrame = z
  .strictObject({ op: z.literal('ack'), seq })
  .describe('Everything up to `seq` has arrived with an unbroken `prev` chain and is kept.');

export const heartbeatFrame = z
  .strictObject({ op: z.literal('heartbeat') })
  .describe('Every `heartbeat_seconds` of `hello`; 45 s without one ends the socket.');

export const clientFrame = z.discriminatedUnion('op', [identifyFrame, resumeFrame, ackFrame, heartbeatFrame]);

export const helloFrame = z
  .object({ op: z.literal('hello'), heartbeat_seconds: z.int().positive(), server_time: z.iso.datetime() })
  .describe('The first frame of the server.');

export const readyFrame = z
  .object({
    op: z.literal('ready'),
    user_id: z.uuid(),
    device_id: z.uuid(),
    head: seq.describe('The newest number of the log.'),
    resync: z.boolean().describe('True: fetch state over HTTP; the chain goes on from `head`. False: it goes on from your `after`.'),
  })
  .describe('Answers `identify` and `resume`; also sent unasked, with `resync: true`, if the log went on where this socket cannot follow.');

export const eventFrame = z
  .object({
    op: z.literal('event'),
    seq,
    prev: seq.describe('The `seq` sent before on this socket; at first where `ready` said the chain starts. Not what you have: `resume`.'),
    type: z.enum(eventTypes),
    at: z.iso.datetime(),
    data: z.looseObject({}).describe('What the event speaks of; `docs/protocol.md` lists it by type.'),
  })
  .describe('One living event. `seq` rises strictly; numbers may be missing, because events die with what they speak of.');

export const heartbeatAckFrame = z
  .object({ op: z.literal('heartbeat_ack'), head: seq })
  .describe('Sent after every event up to `head` that still lives; a `head` above what you have and have asked for: `resume`.');

export const errorFrame = z
  .object({ op: z.literal('error'), code: z.string().describe('A code of docs/errors.md.'), detail: z.string() })
  .describe('Something did not work and the socket goes on, or this is why the close that follows.');

export const reconnectFrame = z
  .object({ op: z.literal('reconnect'), after_seconds: z.int().positive() })
  .describe('The server goes down: close 1012 follows. Connect again after this many seconds.');

export const serverFrame = z.discriminatedUnion('op', [helloFrame, readyFrame, eventFrame, heartbeatAckFrame, errorFrame, reconnectFrame]);

export type ClientFrame = z.infer<typeof clientFrame>;
export type IdentifyFrame = z.infer<typeof identifyFrame>;
export type ServerFrame = z.infer<typeof serverFrame>;
