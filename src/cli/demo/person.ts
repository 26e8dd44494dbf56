import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { encrypt } from './blob.js';
import { call, refusal, TIMEOUT_MS, type Answer, type CallOptions } from './calls.js';
import { Disappointment, promised } from './disappointment.js';

interface Session {
  readonly access_token: string;
  readonly user: { readonly id: string; readonly handle: string };
}

interface Ticket {
  readonly id: string;
  readonly put: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

export interface Link {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Life {
  readonly ttl_seconds: number;
}

/** Somebody with a phone. */
export class Person {
  readonly id: string;
  readonly handle: string;
  readonly token: string;

  private constructor(
    private readonly url: string,
    readonly name: string,
    session: Session,
  ) {
    this.id = session.user.id;
    this.handle = session.user.handle;
    this.token = session.access_token;
  }

  /** Under a handle that nobody has: the name and random letters. */
  static async signUp(url: string, name: string): Promise<Person> {
    const handle = `${name.toLowerCase()}_${randomBytes(4).toString('hex')}`;
    const body = { handle, password: randomBytes(18).toString('base64url'), display_name: name, device_name: 'demo' };
    const answer = await call<Session>(url, 'POST', '/v1/accounts', { key: randomUUID(), body });
    if (answer.status !== 201) throw refusal('The sign-up', answer);
    return new Person(url, name, answer.body);
  }

  ask<Body>(method: string, path: string, options: CallOptions = {}): Promise<Answer<Body>> {
    return call<Body>(this.url, method, path, { ...options, token: this.token });
  }

  /** A call that has to work. POSTs get an Idempotency-Key. @returns the answer's body */
  async do<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return (await this.doFully<Body>(method, path, body)).body;
  }

  async doFully<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const answer = await this.ask<Body>(method, path, { body, ...(method === 'POST' && { key: randomUUID() }) });
    if (answer.status >= 300) throw refusal(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`, answer);
    return answer;
  }

  /** Encrypts a photo under a one-time key, announces it, PUTs it and says so. @returns the upload's id */
  async upload(photo: Buffer, life: Life): Promise<string> {
    const key = randomBytes(16);
    const blob = encrypt(key, photo);
    const { id, put } = await this.do<Ticket>('POST', '/v1/uploads', {
      kind: 'photo',
      content_type: 'image/jpeg',
      bytes: blob.length,
      sha256: sha256(blob),
      encryption: 'aes128gcm',
      key: key.toString('base64url'),
      ...life,
    });
    const { method, headers } = put;
    const stored = await fetch(put.url, { method, headers, body: new Uint8Array(blob), signal: AbortSignal.timeout(TIMEOUT_MS) });
    promised(stored.ok, `The object store refused the PUT with ${stored.status}.`);
    await this.do('POST', `/v1/uploads/${id}/complete`);
    return id;
  }

  /** The ciphertext behind a link, whole and as announced. */
  async fetchCiphertext({ url, bytes, sha256: announced }: Link): Promise<Buffer> {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Disappointment(`The link to the ciphertext answers ${response.status}.`);
    const blob = Buffer.from(await response.arrayBuffer());
    promised(blob.length === bytes && sha256(blob) === announced, 'The ciphertext is not what was announced.');
    return blob;
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
