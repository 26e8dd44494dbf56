import { Fault, type ErrorCode } from '../../platform/faults/index.js';
import type { Caller } from '../../platform/http/index.js';
import { CatchUp, type CatchUpSocket } from './catch-up.js';
import { closeCodes, type CloseName } from './close-codes.js';
import { FrameBudget } from './frame-budget.js';
import { decodeFrame, eventFrameText, type WireEvent } from './frame-codec.js';
import type { IdentifyFrame, ServerFrame } from './frames.js';
import type { GatewayParts } from './gateway-parts.js';
import type { Socket } from './sockets.js';
import type { Turning } from './wheel.js';

/** The end of a transport that a connection needs: a `ws` socket as it is, and a fake one in tests. */
export interface Wire {
  /** Bytes handed over and not yet taken by the system. */
  readonly bufferedAmount: number;
  /** What is sent after the close is dropped. */
  send(text: string, taken?: () => void): void;
  /** Says goodbye, and cuts whoever does not answer that within a few seconds. */
  close(code: number, reason: string): void;
}

type Phase = 'fresh' | 'identifying' | 'live' | 'closed';

const AWAY = { op: 'error', code: 'unavailable', detail: 'The log cannot be read just now; it will be tried again.' } as const;

/** What a fault of the token ends a socket with, where that is not `unidentified`. */
const REFUSALS: Partial<Record<ErrorCode, CloseName>> = { suspended: 'forbidden', session_ended: 'session_ended' };

/**
 * One socket, from hello to close: fresh → identifying → live → closed, never back.
 *
 * News reach it as hints; `CatchUp` alone sends events. Nothing here starts a timer: what is due is looked at when the shared
 * wheel turns. Every way out leaves the registry at once, so that nothing is sent to a socket that was told to go.
 */
export class Connection implements Turning, Socket, CatchUpSocket {
  dueAt = 0;
  #phase: Phase = 'fresh';
  /** The tick from which the phase's deadline counts: opened, or last heartbeat. */
  #since: number;
  #retryAt = Infinity;
  #stalledAt = Infinity;
  /** Who is at the other end, once they are registered as that. */
  #caller?: Caller;
  /** How far they have come, once they are in. */
  #catchUp?: CatchUp;
  #acked = 0;
  /** Events sent that no ack has been free for yet. */
  #freeAcks = 0;
  /** A heartbeat waits for its answer: for the head, or for the events before it. */
  #isBeating = false;
  #owedHead?: number;
  readonly #budget: FrameBudget;

  constructor(
    private readonly wire: Wire,
    private readonly gateway: GatewayParts,
  ) {
    const { wheel, settings, deadlines } = gateway;
    this.#since = wheel.now;
    this.#budget = new FrameBudget(settings.frameBurst, deadlines.framesPerTick, wheel.now);
  }

  open(): void {
    const { wheel, clock, settings, sockets } = this.gateway;
    sockets.opened(this);
    this.#send({ op: 'hello', heartbeat_seconds: settings.heartbeatSeconds, server_time: clock.date().toISOString() });
    wheel.schedule(this, this.#deadline());
  }

  get isOpen(): boolean {
    return this.#phase !== 'closed';
  }

  // ── from the peer ──

  receive(text: string): void {
    if (!this.#spend()) return;
    const frame = decodeFrame(text);
    if (frame?.op === 'identify' && this.#phase === 'fresh') void this.#identify(frame);
    else if (frame?.op === 'heartbeat' && this.#phase !== 'fresh') void this.#beat();
    else if (frame?.op === 'ack' && this.#catchUp) this.#ack(this.#catchUp, frame.seq);
    else if (frame?.op === 'resume' && this.#catchUp) this.#resume(this.#catchUp, frame.after);
    else this.close('bad_frame');
  }

  /** Frames that are not the protocol's own: binary ones. */
  receiveForeign(): void {
    if (this.isOpen) this.close('bad_frame');
  }

  /** A ping is answered by the transport; it costs the same as a frame. */
  receivePing(): void {
    this.#spend();
  }

  /** The transport is gone. */
  gone(): void {
    this.#leave();
    this.gateway.sockets.closed(this);
  }

  // ── from the process ──

  hint(seq: number): void {
    if (this.isOpen) this.#catchUp?.hint(seq);
  }

  endSession(): void {
    this.close('session_ended');
  }

  makeRoom(): void {
    this.close('too_fast');
  }

  /** This process goes down. */
  sendAway(afterSeconds: number): void {
    if (!this.isOpen) return;
    this.#send({ op: 'reconnect', after_seconds: afterSeconds });
    this.close('restarting');
  }

  close(name: CloseName): void {
    if (!this.isOpen) return;
    const { code, reason } = closeCodes[name];
    this.#leave();
    this.wire.close(code, reason);
  }

  turn(now: number): number {
    if (this.#phase === 'fresh' && now >= this.#deadline()) this.close('unidentified');
    else if (this.isOpen && this.#phase !== 'fresh' && now >= this.#since + this.gateway.deadlines.heartbeat)
      this.close('heartbeat_missed');
    else if (this.#catchUp?.isPaused && now >= this.#stalledAt) this.close('too_slow');
    else if (now >= this.#retryAt) {
      this.#retryAt = Infinity;
      this.#catchUp?.retry();
    }
    return this.#deadline();
  }

  // ── to the peer, for CatchUp ──

  get isFull(): boolean {
    return this.wire.bufferedAmount > this.gateway.settings.pauseAboveBytes;
  }

  sendReady(head: number, resync: boolean): void {
    const catchUp = this.#catchUp;
    if (!catchUp) return;
    const { personId, deviceId } = catchUp.caller;
    this.#send({ op: 'ready', user_id: personId, device_id: deviceId, head, resync });
    // What a device says it has is acked: the frame that said so before may have died with another node.
    if (!resync && catchUp.sent > 0) this.gateway.acks.add(personId, deviceId, catchUp.sent);
  }

  sendEvent(event: WireEvent, prev: number, taken?: () => void): void {
    this.#freeAcks += 1;
    this.#sendText(eventFrameText(event, prev), taken);
  }

  onPaused(): void {
    this.#stalledAt = this.gateway.wheel.now + this.gateway.deadlines.stalled;
    this.gateway.wheel.schedule(this, this.#stalledAt);
  }

  onFailed(error: unknown, failures: number): void {
    const { wheel, deadlines, jitter } = this.gateway;
    this.gateway.onFailed(error);
    if (failures === 1) this.#send(AWAY);
    const wait = Math.min(deadlines.retry, 2 ** Math.min(failures, 16));
    this.#retryAt = wheel.now + Math.ceil(wait * (0.5 + jitter() / 2));
    wheel.schedule(this, this.#retryAt);
  }

  onSettled(): void {
    if (this.#owedHead === undefined) return;
    this.#send({ op: 'heartbeat_ack', head: this.#owedHead });
    this.#owedHead = undefined;
  }

  // ── inside ──

  /**
   * Registered before it is asked whether the session ended: what ended until then is known, what ends from then on is
   * announced. Likewise registered before the first read of the log: what is committed later is hinted.
   */
  async #identify({ token, after }: IdentifyFrame): Promise<void> {
    this.#phase = 'identifying';
    try {
      const caller = await this.gateway.authenticate(token);
      if (!this.isOpen) return;
      this.#caller = caller;
      this.gateway.sockets.identify(caller, this);
      if (await this.gateway.isEnded(caller.deviceId)) this.close('session_ended');
      else this.#enter(caller, after);
    } catch (error) {
      if (this.isOpen) this.#refuse(error);
    }
  }

  #enter(caller: Caller, after: number | undefined): void {
    if (!this.isOpen) return;
    this.#phase = 'live';
    this.#catchUp = new CatchUp(caller, after, this.gateway.pages, this);
    this.#catchUp.start();
    if (this.#isBeating) void this.#askHead(this.#catchUp);
  }

  #refuse(error: unknown): void {
    if (!(error instanceof Fault) || error.code === 'unavailable') {
      this.gateway.onFailed(error);
      this.#send({ op: 'error', code: 'unavailable', detail: 'The token cannot be checked just now.' });
      this.close('restarting');
      return;
    }
    this.#send({ op: 'error', code: error.code, detail: error.detail });
    this.close(REFUSALS[error.code] ?? 'unidentified');
  }

  async #beat(): Promise<void> {
    this.#since = this.gateway.wheel.now;
    if (this.#isBeating) return;
    this.#isBeating = true;
    if (this.#catchUp) await this.#askHead(this.#catchUp);
  }

  /** The answer waits for the events before it, and repairs a hint that was lost: the catch-up looks at the log's own head. */
  async #askHead(catchUp: CatchUp): Promise<void> {
    let head = catchUp.head;
    try {
      head = await this.gateway.pages.head(catchUp.caller.personId);
      catchUp.hint(head);
    } catch (error) {
      this.gateway.onFailed(error);
      if (this.isOpen) this.#send(AWAY);
    }
    this.#isBeating = false;
    this.#owedHead = head;
    if (this.isOpen && !catchUp.isBusy) this.onSettled();
  }

  #ack(catchUp: CatchUp, seq: number): void {
    if (seq > catchUp.sent) {
      this.#send({ op: 'error', code: 'validation_failed', detail: 'A number was acked that was not sent on this socket.' });
      return;
    }
    if (seq <= this.#acked) return;
    this.#acked = seq;
    if (this.#freeAcks > 0) {
      this.#freeAcks -= 1;
      this.#budget.giveBack();
    }
    const { personId, deviceId } = catchUp.caller;
    this.gateway.acks.add(personId, deviceId, seq);
  }

  #resume(catchUp: CatchUp, after: number): void {
    this.#acked = Math.min(this.#acked, after);
    catchUp.resume(after);
  }

  /** Nothing reaches it any more, whatever its transport still does. */
  #leave(): void {
    this.#phase = 'closed';
    this.gateway.wheel.remove(this);
    if (this.#caller) this.gateway.sockets.forget(this.#caller, this);
    this.#caller = undefined;
  }

  #spend(): boolean {
    if (!this.isOpen) return false;
    const isPaid = this.#budget.take(this.gateway.wheel.now);
    if (!isPaid) this.close('too_fast');
    return isPaid;
  }

  #send(frame: ServerFrame): void {
    this.#sendText(JSON.stringify(frame));
  }

  #sendText(text: string, taken?: () => void): void {
    if (!this.isOpen) return;
    this.wire.send(text, taken);
    if (this.wire.bufferedAmount > this.gateway.settings.maxBufferedBytes) this.close('too_slow');
  }

  /** The next tick at which `turn` has something to look at. */
  #deadline(): number {
    const { identify, heartbeat } = this.gateway.deadlines;
    if (this.#phase === 'closed') return Infinity;
    if (this.#phase === 'fresh') return this.#since + identify;
    return Math.min(this.#since + heartbeat, this.#retryAt, this.#catchUp?.isPaused ? this.#stalledAt : Infinity);
  }
}
