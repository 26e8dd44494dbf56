import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { encrypt } from './blob.mjs';
import { Disappointment } from './terminal.mjs';

/** Calls without an answer are given up. */
const TIMEOUT_MS = 30_000;

/** One call. @returns status, body and, where the answer tells its time, how far the server's clock is `ahead` of ours (ms, give or take `error`) */
export async function call(url, method, path, { token, key, body } = {}) {
  const sent = Date.now();
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(key && { 'idempotency-key': key }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : undefined;
  const error = (Date.now() - sent) / 2;
  const clock = answer?.server_time && { ahead: Date.parse(answer.server_time) - sent - error, error };
  return { status: response.status, body: answer, clock };
}

/** Somebody with a phone. */
export class Person {
  constructor(url, name, session) {
    this.url = url;
    this.name = name;
    this.id = session.user.id;
    this.handle = session.user.handle;
    this.token = session.access_token;
  }

  /** Under a handle that nobody has: the name and random letters. */
  static async signUp(url, name) {
    const handle = `${name.toLowerCase()}_${randomBytes(4).toString('hex')}`;
    const body = { handle, password: randomBytes(18).toString('base64url'), display_name: name, device_name: 'demo' };
    const answer = await call(url, 'POST', '/v1/accounts', { key: randomUUID(), body });
    if (answer.status !== 201) throw refusal('The sign-up', answer);
    return new Person(url, name, answer.body);
  }

  ask(method, path, options) {
    return call(this.url, method, path, { ...options, token: this.token });
  }

  /** A call that has to work. POSTs get an Idempotency-Key. @returns the answer's body */
  async do(method, path, body) {
    const { body: answer } = await this.doFully(method, path, body);
    return answer;
  }

  async doFully(method, path, body) {
    const answer = await this.ask(method, path, { body, ...(method === 'POST' && { key: randomUUID() }) });
    if (answer.status >= 300) throw refusal(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`, answer);
    return answer;
  }

  /** Encrypts a photo under a one-time key, announces it, PUTs it and says so. @returns the upload's id */
  async upload(photo, life) {
    const key = randomBytes(16);
    const blob = encrypt(key, photo);
    const { id, put } = await this.do('POST', '/v1/uploads', {
      kind: 'photo',
      content_type: 'image/jpeg',
      bytes: blob.length,
      sha256: sha256(blob),
      encryption: 'aes128gcm',
      key: key.toString('base64url'),
      ...life,
    });
    const stored = await fetch(put.url, { method: put.method, headers: put.headers, body: blob, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!stored.ok) throw new Disappointment(`The object store refused the PUT with ${stored.status}.`);
    await this.do('POST', `/v1/uploads/${id}/complete`);
    return id;
  }

  /** The ciphertext behind a link, whole and as announced. */
  async fetchCiphertext({ url, bytes, sha256: announced }) {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Disappointment(`The link to the ciphertext answers ${response.status}.`);
    const blob = Buffer.from(await response.arrayBuffer());
    if (blob.length !== bytes || sha256(blob) !== announced) throw new Disappointment('The ciphertext is not what was announced.');
    return blob;
  }
}

/** A code that the contract names, or the whole truth. */
export function refusal(what, { status, body }) {
  return new Disappointment(`${what} was answered ${status} ${body?.code ?? ''}: ${body?.detail ?? 'no words'}`);
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
