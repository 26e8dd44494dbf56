import type { LoggedEvent } from '../events/index.js';
import { clientFrame, type ClientFrame } from './frames.js';

/** No frame of the protocol nests deeper than this. */
const MAX_DEPTH = 4;

/** Nearly every frame is one of these, written as JSON libraries write it; up to 15 digits are an integer for sure. */
const PLAIN_ACK = /^\{"op":"ack","seq":(0|[1-9]\d{0,14})\}$/;

/**
 * Reads one frame of a client.
 * @returns `undefined` for anything that is no frame of the protocol: bad JSON, nested too deep, an unknown `op` or field
 */
export function decodeFrame(text: string): ClientFrame | undefined {
  const ack = PLAIN_ACK.exec(text);
  if (ack) return { op: 'ack', seq: Number(ack[1]) };
  if (isDeeperThan(MAX_DEPTH, text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return clientFrame.safeParse(value).data;
}

/** Counts brackets outside strings, so that a hostile depth is refused before it is built (R49). */
function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  let isString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json.charCodeAt(index);
    if (isString) {
      if (character === 0x5c) index += 1;
      else if (character === 0x22) isString = false;
    } else if (character === 0x22) isString = true;
    else if (character === 0x7b || character === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === 0x7d || character === 0x5d) depth -= 1;
  }
  return false;
}

/** An event ready for the wire: all but the head, which differs from socket to socket, is serialised once. */
export interface WireEvent {
  readonly seq: number;
  /** `"type":…,"at":…,"data":…}` */
  readonly tail: string;
  /** Whose doing it was, where that is one of the owner's own devices: it is not sent to that one. */
  readonly device?: string | null;
}

/** Neither a type nor a time has anything in it that JSON would escape. */
export function encodeEvent({ seq, type, at, data, device }: LoggedEvent): WireEvent {
  return { seq, device, tail: `"type":"${type}","at":"${at}","data":${JSON.stringify(data)}}` };
}

/** @param prev the number sent before on this socket */
export function eventFrameText(event: WireEvent, prev: number): string {
  return `{"op":"event","seq":${event.seq},"prev":${prev},${event.tail}`;
}
