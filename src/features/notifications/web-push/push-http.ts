import { request as plain, Agent as PlainAgent, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { PushAddresses } from './push-addresses.js';

/** What one push service, and all of them together, may keep busy of this process. */
const CONNECTIONS = { keepAlive: true, maxSockets: 8, maxTotalSockets: 64, maxFreeSockets: 8, timeout: 30_000 };
const TIMEOUT_MS = 10_000;
/** An answer says all in its head; a body is let through up to here so that the connection can be used again. */
const MAX_BODY_BYTES = 4096;

export interface PushAnswer {
  readonly status: number;
  readonly retryAfter?: string;
}

/** POST to a host that a stranger named: no redirect is followed, no body is kept, nothing waits without end. */
export class PushHttp {
  readonly #agent = new Agent(CONNECTIONS);
  readonly #plainAgent = new PlainAgent(CONNECTIONS);

  constructor(
    private readonly addresses: PushAddresses,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /** @throws AddressRefused, or whatever the connection met; `TimeoutError` after 10 s in all */
  async post(url: URL, headers: OutgoingHttpHeaders, body: Buffer): Promise<PushAnswer> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const lookup = this.addresses.lookupFor(url);
    const options = { method: 'POST', headers: { ...headers, 'content-length': body.length }, signal, lookup };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent =
        url.protocol === 'https:' ? request(url, { ...options, agent: this.#agent }) : plain(url, { ...options, agent: this.#plainAgent });
      sent.on('response', resolve).on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
      // What is closed without an answer says no more: a 101, for one, brings neither of the two.
      sent.on('close', () => reject(new Error('the push service closed the connection')));
      sent.end(body);
    });
    drain(answer);
    return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] };
  }

  close(): void {
    this.#agent.destroy();
    this.#plainAgent.destroy();
  }
}

function drain(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on('error', () => undefined);
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) answer.destroy();
  });
}
