import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { decryptBlob, encryptBlob } from '../../src/platform/crypto/index.js';
import { AnswerChecker } from './answer-checker.js';
import { SocketClient } from './socket-client.js';
import { until } from './until.js';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface SentSnap {
  readonly code?: string;
  readonly id: string;
  readonly state: string;
  readonly expires_at: string;
  readonly receipt: { readonly commitment: string; readonly label: string } | null;
}

interface Session {
  readonly user: { readonly id: string; readonly handle: string };
  readonly device: { readonly id: string };
  readonly access_token: string;
  readonly refresh_token: string;
}

interface Upload {
  readonly id: string;
  readonly put: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

let checker: AnswerChecker | undefined;

/** Whatever a test asks by `call`, and so through Person, is answered as the contract has it. */
export function contract(): AnswerChecker {
  return (checker ??= new AnswerChecker());
}

export async function call<T = Record<string, unknown>>(
  url: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; key?: string; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Answer<T>> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...(options.key && { 'idempotency-key': options.key }),
      ...options.headers,
    },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    ...(options.timeoutMs !== undefined && { signal: AbortSignal.timeout(options.timeoutMs) }),
  });
  const text = await response.text();
  const body = (text ? JSON.parse(text) : undefined) as T;
  const contentType = response.headers.get('content-type')?.split(';')[0];
  const faults = contract().faults({ method, path, status: response.status, contentType, body });
  if (faults.length > 0) throw new Error(`not as the contract has it: ${faults.join('\n')}`);
  return { status: response.status, body, headers: response.headers };
}

/** Somebody with a phone, over HTTP alone. */
export class Person {
  private constructor(
    readonly url: string,
    public session: Session,
    readonly password: string,
  ) {}

  static async signUp(url: string, handle = `p${randomBytes(6).toString('hex')}`): Promise<Person> {
    const password = `pass ${randomUUID()}`;
    const answer = await call<Session>(url, 'POST', '/v1/accounts', {
      body: { handle, password, birth_date: '1990-01-01' },
      key: randomUUID(),
    });
    if (answer.status !== 201) throw new Error(`sign-up: ${answer.status} ${JSON.stringify(answer.body)}`);
    return new Person(url, answer.body, password);
  }

  static async friends(url: string): Promise<[Person, Person]> {
    const [a, b] = await Promise.all([Person.signUp(url), Person.signUp(url)]);
    await a.befriend(b);
    return [a, b];
  }

  get id(): string {
    return this.session.user.id;
  }

  get handle(): string {
    return this.session.user.handle;
  }

  /** The same person on one more phone. */
  async onAnotherDevice(): Promise<Person> {
    const answer = await call<Session>(this.url, 'POST', '/v1/sessions', { body: { handle: this.handle, password: this.password } });
    if (answer.status >= 300) throw new Error(`login: ${answer.status} ${JSON.stringify(answer.body)}`);
    return new Person(this.url, answer.body, this.password);
  }

  /** As a phone does it: a token past its time is refreshed, and the call repeated. */
  async request<T = Record<string, unknown>>(
    method: string,
    path: string,
    options: { body?: unknown; key?: string } = {},
  ): Promise<Answer<T>> {
    const answer = await call<T>(this.url, method, path, { ...options, token: this.session.access_token });
    if ((answer.body as { code?: string } | undefined)?.code !== 'token_expired') return answer;
    const { refresh_token } = this.session;
    const fresh = await call<Session>(this.url, 'POST', '/v1/sessions/refresh', { body: { refresh_token } });
    if (fresh.status >= 300) throw new Error(`refresh: ${fresh.status} ${JSON.stringify(fresh.body)}`);
    this.session = { ...this.session, ...fresh.body };
    return call<T>(this.url, method, path, { ...options, token: this.session.access_token });
  }

  async befriend(other: Person): Promise<void> {
    const request = await this.request<{ id: string }>('POST', '/v1/friend-requests', {
      body: { handle: other.handle },
      key: randomUUID(),
    });
    const accepted = await other.request('POST', `/v1/friend-requests/${request.body.id}/accept`);
    if (accepted.status >= 300) throw new Error(`accept: ${accepted.status} ${JSON.stringify(accepted.body)}`);
  }

  /** Ticket and PUT of an encrypted photo; not completed. */
  put(photo: Buffer, ttlSeconds?: number): Promise<string> {
    return this.putAs('photo', 'image/jpeg', photo, ttlSeconds);
  }

  /** The same for any kind of file. */
  async putAs(kind: 'photo' | 'clip' | 'voice', contentType: string, file: Buffer, ttlSeconds?: number): Promise<string> {
    const key = randomBytes(16);
    const blob = encryptBlob(key, file);
    const ticket = await this.request<Upload>('POST', '/v1/uploads', {
      key: randomUUID(),
      body: {
        kind,
        content_type: contentType,
        bytes: blob.length,
        sha256: createHash('sha256').update(blob).digest('hex'),
        encryption: 'aes128gcm',
        key: key.toString('base64url'),
        ...(ttlSeconds !== undefined && { ttl_seconds: ttlSeconds }),
      },
    });
    if (ticket.status !== 201) throw new Error(`ticket: ${ticket.status} ${JSON.stringify(ticket.body)}`);
    const { url, method, headers } = ticket.body.put;
    const stored = await fetch(url, { method, headers, body: new Uint8Array(blob) });
    if (!stored.ok) throw new Error(`PUT: ${stored.status} ${await stored.text()}`);
    return ticket.body.id;
  }

  /** A photo uploaded and processed. */
  async upload(photo: Buffer, ttlSeconds?: number): Promise<string> {
    const id = await this.put(photo, ttlSeconds);
    const decided = await this.processed(id);
    if (decided.state !== 'ready') throw new Error(`upload: ${JSON.stringify(decided)}`);
    return id;
  }

  /** Completes an upload and waits until it was decided on. */
  async processed(id: string): Promise<Record<string, unknown>> {
    await this.request('POST', `/v1/uploads/${id}/complete`);
    const decided = async () => {
      const { body } = await this.request('GET', `/v1/uploads/${id}`);
      return body.state === 'ready' || body.state === 'rejected' ? body : undefined;
    };
    // A worker that was killed holds its job for ten seconds and more before another one takes it over.
    return until('decided upload', decided, 90_000);
  }

  send(snap: Record<string, unknown>, to: readonly Person[], key: string = randomUUID()): Promise<Answer<SentSnap>> {
    return this.request<SentSnap>('POST', '/v1/snaps', { key, body: { ...snap, to: { user_ids: to.map(({ id }) => id) } } });
  }

  /** To anything: people, groups, a story. */
  sendTo(
    to: Record<string, unknown>,
    snap: Record<string, unknown> = { text: 'x' },
    key: string = randomUUID(),
  ): Promise<Answer<SentSnap>> {
    return this.request<SentSnap>('POST', '/v1/snaps', { key, body: { ...snap, to } });
  }

  /** A group of mine that these friends have accepted. @returns its id */
  async groupOf(members: readonly Person[], name = 'group'): Promise<string> {
    const made = await this.request<{ id: string }>('POST', '/v1/groups', { body: { name, member_ids: members.map(({ id }) => id) } });
    if (made.status !== 201) throw new Error(`group: ${made.status} ${JSON.stringify(made.body)}`);
    for (const member of members) {
      const accepted = await member.request('POST', `/v1/groups/${made.body.id}/accept`);
      if (accepted.status !== 200) throw new Error(`accept: ${accepted.status} ${JSON.stringify(accepted.body)}`);
    }
    return made.body.id;
  }

  async stories(): Promise<(InboxItem & { seen: boolean })[]> {
    const { status, body } = await this.request<{ items: (InboxItem & { seen: boolean })[] }>('GET', '/v1/stories');
    if (status !== 200) throw new Error(`stories: ${status} ${JSON.stringify(body)}`);
    return body.items;
  }

  /** As this device: everything up to a number has come. */
  async acknowledge(seq: number): Promise<void> {
    const socket = await SocketClient.identified(this.url, this.session.access_token, seq);
    socket.ack(seq);
    await socket.heartbeat();
    await socket.close();
  }

  /** Every event kept for me, as the socket would bring it. */
  async events(after = 0): Promise<PolledEvent[]> {
    const { body } = await this.request<{ items: PolledEvent[]; next_after: number }>('GET', `/v1/events?after=${after}&wait_seconds=0`);
    return body.items.length < 100 ? body.items : [...body.items, ...(await this.events(body.next_after))];
  }

  async sendText(text: string, to: readonly Person[], more: Record<string, unknown> = {}): Promise<SentSnap> {
    const answer = await this.send({ text, ...more }, to);
    if (answer.status !== 201) throw new Error(`send: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  open(snapId: string, key: string = randomUUID(), body?: object): Promise<Answer<OpenedSnap>> {
    return this.request<OpenedSnap>('POST', `/v1/snaps/${snapId}/open`, { key, body });
  }

  /** What the phone does with an open: fetch, decrypt. */
  async view(opened: OpenedSnap): Promise<Buffer> {
    if (!opened.media) throw new Error('no media');
    const blob = Buffer.from(await (await fetch(opened.media.url)).arrayBuffer());
    return decryptBlob(Buffer.from(opened.media.key, 'base64url'), blob);
  }

  /** The next event of a type after a number, by long-poll. */
  async nextEvent(type: string, after = 0): Promise<PolledEvent> {
    for (let rounds = 0; rounds < 8; rounds += 1) {
      const { body } = await this.request<{ items: PolledEvent[]; next_after: number }>('GET', `/v1/events?after=${after}&wait_seconds=10`);
      const found = body.items.find((event) => event.type === type);
      if (found) return found;
      after = body.next_after;
    }
    throw new Error(`there was no ${type}`);
  }

  async inbox(): Promise<InboxItem[]> {
    const { status, body } = await this.request<{ items: InboxItem[] }>('GET', '/v1/inbox');
    if (status !== 200) throw new Error(`inbox: ${status} ${JSON.stringify(body)}`);
    return body.items;
  }
}

export interface OpenedSnap {
  readonly code?: string;
  readonly media: { readonly url: string; readonly key: string; readonly sha256: string; readonly url_expires_at: string } | null;
  readonly text?: string;
  readonly caption?: string;
  readonly view: { readonly lease_expires_at: string | null; readonly lease_seconds_left: number | null; readonly replays_left: number };
  readonly franking_tag: string;
  readonly server_time: string;
}

export interface PolledEvent {
  readonly seq: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export interface InboxItem {
  readonly snap_id: string;
  readonly sender: { readonly id: string };
  readonly group_id?: string;
  readonly in_reply_to?: string;
  readonly album?: { readonly id: string; readonly index: number; readonly count: number };
  readonly state: string;
  readonly kind: string;
  readonly view: { readonly mode: string; readonly seconds: number | null };
  readonly media?: { readonly bytes: number };
}
