import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { encryptBlob } from '../../src/platform/crypto/index.js';
import type { Entry } from './history.js';
import { call, type Answer, type SentSnap } from './person.js';
import type { PhoneOwner } from './phone.js';

interface Ticket {
  readonly id: string;
  readonly put: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

const RETRY_MS = 250;
const TIMEOUT_MS = 8000;
/** Whatever dies, it must be back within this; only then is an answer overdue. */
const PATIENCE_MS = 90_000;

/**
 * What people do over HTTP while processes die: each call is repeated with its key, at the next api, until it is answered.
 * What was answered goes into the history; a refusal that repeating cannot change is a failure of the run.
 */
export class Traffic {
  readonly refusals: string[] = [];
  retries = 0;
  #turn = 0;

  constructor(
    private readonly apis: readonly string[],
    private readonly history: Entry[],
  ) {}

  /** For one view each. */
  async sendText(owner: PhoneOwner, to: readonly string[]): Promise<string | undefined> {
    return this.#send(owner, { text: 'hello', view: { mode: 'once' }, to: { user_ids: to } }, to, true);
  }

  async sendStory(owner: PhoneOwner, audience: readonly string[]): Promise<string | undefined> {
    return this.#send(owner, { text: 'to all', to: { story: 'friends' } }, audience, false);
  }

  /** Its upload is worked on by whichever worker lives; the snap waits for it. */
  async sendPhoto(owner: PhoneOwner, photo: Buffer, to: readonly string[]): Promise<string | undefined> {
    const key = randomBytes(16);
    const blob = encryptBlob(key, photo);
    const body = {
      kind: 'photo',
      content_type: 'image/jpeg',
      bytes: blob.length,
      sha256: createHash('sha256').update(blob).digest('hex'),
      encryption: 'aes128gcm',
      key: key.toString('base64url'),
    };
    const ticket = await this.#steadily<Ticket>(owner, 'POST', '/v1/uploads', body, [201]);
    if (!ticket) return undefined;
    const { url, method, headers } = ticket.body.put;
    const stored = await fetch(url, { method, headers, body: new Uint8Array(blob) });
    if (!stored.ok) throw new Error(`PUT: ${stored.status} ${await stored.text()}`);
    return this.#send(owner, { upload_id: ticket.body.id, to: { user_ids: to } }, to, false);
  }

  async unsend(owner: PhoneOwner, snap: string): Promise<void> {
    // Repeated after a lost answer it is gone already.
    const answer = await this.#steadily(owner, 'DELETE', `/v1/snaps/${snap}`, undefined, [200, 410]);
    if (answer) this.history.push({ kind: 'unsent', snap, at: performance.now() });
  }

  /** Of a snap for one view. @returns false for whoever is too late: another device was first, or it was taken back */
  async open(owner: PhoneOwner, snap: string): Promise<boolean> {
    const begunAt = performance.now();
    const answer = await this.#steadily(owner, 'POST', `/v1/snaps/${snap}/open`, undefined, [200, 410]);
    const isOpen = answer?.status === 200;
    if (isOpen) this.history.push({ kind: 'opened', person: owner.person, device: owner.device, snap, begunAt });
    return isOpen;
  }

  async close(owner: PhoneOwner, snap: string): Promise<void> {
    const answer = await this.#steadily(owner, 'POST', `/v1/snaps/${snap}/close`, undefined, [204]);
    if (answer) this.history.push({ kind: 'closed', person: owner.person, snap });
  }

  async #send(owner: PhoneOwner, body: object, to: readonly string[], isDirect: boolean): Promise<string | undefined> {
    const key = randomUUID();
    const begunAt = performance.now();
    const answer = await this.#steadily<SentSnap>(owner, 'POST', '/v1/snaps', body, [201], key);
    if (!answer) return undefined;
    const { id } = answer.body;
    this.history.push({ kind: 'sent', key, snap: id, sender: owner.person, to, isDirect, begunAt, acceptedAt: performance.now() });
    return id;
  }

  async #steadily<T = Record<string, unknown>>(
    owner: PhoneOwner,
    method: string,
    path: string,
    body: object | undefined,
    good: readonly number[],
    key: string = randomUUID(),
  ): Promise<Answer<T> | undefined> {
    const end = performance.now() + PATIENCE_MS;
    const what = `${method} ${path.replaceAll(/[0-9a-f-]{36}/g, '{id}')}`;
    for (;;) {
      let last: string;
      const api = this.apis[this.#turn++ % this.apis.length]!;
      try {
        const answer = await call<T & { code?: string }>(api, method, path, { token: owner.token, body, key, timeoutMs: TIMEOUT_MS });
        if (good.includes(answer.status)) return answer;
        last = `${answer.status} ${answer.body.code}`;
        const mayChange = answer.status >= 500 || answer.status === 429 || answer.body.code === 'in_flight';
        if (!mayChange || answer.status === 500) {
          this.refusals.push(`${what}: ${last} ${JSON.stringify(answer.body)}`);
          return undefined;
        }
      } catch (error) {
        last = String((error as { cause?: unknown }).cause ?? error);
      }
      if (performance.now() > end) {
        this.refusals.push(`${what}: for ${PATIENCE_MS} ms ${last}`);
        return undefined;
      }
      this.retries += 1;
      await delay(RETRY_MS);
    }
  }
}
