import { Disappointment } from './disappointment.js';

/** Calls without an answer are given up. */
export const TIMEOUT_MS = 30_000;

export interface CallOptions {
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
}

/** What the demo reads of an answer. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  /** Where the answer tells its time: how far the server's clock is `ahead` of ours, ms, give or take `error`. */
  readonly clock?: { readonly ahead: number; readonly error: number };
}

/** One call. @param Body what the contract says of the answer */
export async function call<Body>(url: string, method: string, path: string, options: CallOptions = {}): Promise<Answer<Body>> {
  const { token, key, body } = options;
  const sent = performance.now();
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const answer = (text ? JSON.parse(text) : {}) as Body & { readonly server_time?: string };
  const error = (performance.now() - sent) / 2;
  const now = performance.timeOrigin + performance.now();
  const clock = answer.server_time === undefined ? undefined : { ahead: Date.parse(answer.server_time) - now + error, error };
  return { status: response.status, body: answer, clock };
}

/** A code that the contract names, or the whole truth. */
export function refusal(what: string, { status, body }: Answer<unknown>): Disappointment {
  const { code = '', detail = 'no words' } = body as { code?: string; detail?: string };
  return new Disappointment(`${what} was answered ${status} ${code}: ${detail}`);
}
