/** One tick of the shared wheel: what deadlines of sockets are rounded to, ms. */
export const TICK_MS = 250;

/** The numbers of the protocol and of its limits. Injected, so that a test can make one small; nothing else changes them. */
export class RealtimeSettings {
  /** Told in `hello`: how often a client beats. */
  readonly heartbeatSeconds: number = 30;
  /** Without a heartbeat for this long the socket is closed. */
  readonly heartbeatGraceSeconds: number = 45;
  /** R48: time to identify. */
  readonly identifySeconds: number = 5;
  /** R52: what one socket may have waiting in memory, bytes; more closes it. */
  readonly maxBufferedBytes: number = 1024 * 1024;
  /** Catching up pauses above this many waiting bytes, and goes on once they are taken. */
  readonly pauseAboveBytes: number = 64 * 1024;
  /** R52: a socket that does not take what waits while catching up is paused is closed after this. */
  readonly stalledSeconds: number = 30;
  /** R49: frames a socket may send at once, and how many a second it gets back. One ack an event is free. */
  readonly frameBurst: number = 40;
  readonly framesPerSecond: number = 5;
  /** Rows of the log read at once. */
  readonly pageSize: number = 100;
  /** Reads of the log under way at once in this process: five thousand reconnects queue here, not at the database. */
  readonly concurrentReads: number = 8;
  /** Acks of a device are gathered for this long, ms. */
  readonly ackEveryMs: number = 200;
  /** After acks could not be written, ms. */
  readonly ackRetryMs: number = 5000;
  /** Longest wait between two tries of a read that failed. */
  readonly retrySeconds: number = 10;
  /** Longest time a server that goes down waits for the goodbyes of its sockets, ms. */
  readonly goodbyeMs: number = 2000;

  constructor(changes: Partial<RealtimeSettings> = {}) {
    Object.assign(this, changes);
  }
}

/** Longest frame in either direction, bytes. */
export const MAX_FRAME_BYTES = 64 * 1024;
/** How long a closed socket may take to say goodbye before it is cut. With the heartbeat's grace under 60 s (R51). */
export const CLOSE_SECONDS = 5;
export const SUBPROTOCOL = 'flits.v1.json';
export const REALTIME_PATH = '/v1/realtime';
