/** Fields of requests and answers whose values are nobody's but the person's (R33), whatever they stand in. */
const SECRET_FIELD =
  /(?:token|password|code|key|secret|tag|caption|text|alt|note|thumbhash|auth|p256dh|totp_uri|handle|display_name|device_name|birth_date)$/;
/** Whole addresses, and what stands in their query or at the end of their path. */
const ADDRESS_FIELD = /(?:url|endpoint|link)$/;
/** Public by design: receipts, heads of the log, what a server says of itself, the words of an error. */
const PUBLIC_PART = new Set(['receipt', 'log_keys', 'checkpoint', 'push', 'errors', 'vapid_public_key', 'public_key', 'verifier_key']);
/** Shorter ones stand in any text by chance. */
const LEAST_LENGTH = 8;

/**
 * Everything secret that went through this process's `fetch`, in either direction, and what a test adds: to be looked for where
 * none of it may be. A new field with a secret name is looked for without anybody having to think of it.
 */
export class SecretsSeen {
  readonly #values = new Map<string, string>();

  get size(): number {
    return this.#values.size;
  }

  /** @param what its name in a failure; the value itself is not printed */
  add(what: string, value: string | null | undefined): void {
    if (value && value.length >= LEAST_LENGTH) this.#values.set(value, what);
  }

  /** Bytes, as they would be told: a run of them, in the ways in which bytes are written. */
  addBytes(what: string, bytes: Buffer): void {
    for (const at of [0.3, 0.6]) {
      // A multiple of three, so that base64 of a whole that holds it looks the same.
      const start = Math.floor((bytes.length * at) / 3) * 3;
      const piece = bytes.subarray(start, start + 30);
      for (const encoding of ['base64', 'base64url', 'hex', 'latin1'] as const)
        this.add(`${what} in ${encoding}`, piece.toString(encoding));
    }
  }

  /** Listens to `fetch` from now on. @returns how to stop */
  watchFetch(): () => void {
    const original = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      this.#request(input instanceof Request ? input.url : String(input), init);
      const response = await original(input, init);
      const type = response.headers.get('content-type') ?? '';
      if (/json/.test(type) && response.status < 300) this.#walk('answer', await response.clone().json());
      return response;
    };
    return () => {
      globalThis.fetch = original;
    };
  }

  /** @returns what was found, by name and form, never by value */
  foundIn(text: string): string[] {
    return [...this.#values].flatMap(([value, what]) =>
      Object.entries(formsOf(value)).flatMap(([form, written]) => (text.includes(written) ? [`${what} (${form})`] : [])),
    );
  }

  #request(address: string, init: RequestInit | undefined): void {
    for (const [name, value] of new URL(address).searchParams) this.#query(name, value);
    const headers = new Headers(init?.headers);
    this.add('access token', headers.get('authorization')?.replace(/^\w+ /, ''));
    this.add('Idempotency-Key', headers.get('idempotency-key'));
    if (typeof init?.body === 'string' && /^[[{]/.test(init.body)) {
      try {
        this.#walk('request', JSON.parse(init.body));
      } catch {
        // Broken on purpose: whoever broke it adds what is in it.
      }
    }
  }

  #walk(name: string, value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.#walk(name, item);
    else if (typeof value === 'object' && value !== null) {
      for (const [field, member] of Object.entries(value)) if (!PUBLIC_PART.has(field)) this.#walk(field, member);
    } else if (typeof value === 'string') {
      if (SECRET_FIELD.test(name)) this.add(name, value);
      else if (ADDRESS_FIELD.test(name)) this.#address(name, value);
    }
  }

  #address(name: string, value: string): void {
    if (!URL.canParse(value)) return;
    const url = new URL(value);
    for (const [parameter, content] of url.searchParams) this.#query(parameter, content);
    if (url.hash) this.add(`${name}, behind its #`, url.hash.slice(1));
    const last = url.pathname.split('/').at(-1) ?? '';
    if (last.length >= 16) this.add(`${name}, end of its path`, last);
  }

  /** Of a signed link what makes it one; dates and names of algorithms are no secret. */
  #query(name: string, value: string): void {
    if (/signature|token|credential|^sig$|code/i.test(name)) this.add(`${name} of an address`, value);
  }
}

function formsOf(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  const forms = {
    plain: value,
    'percent-encoded': encodeURIComponent(value),
    json: JSON.stringify(value).slice(1, -1),
    hex: bytes.toString('hex'),
  };
  // Of base64 the last letters depend on what follows.
  return {
    ...forms,
    base64: bytes.toString('base64').replace(/.{0,4}$/, ''),
    base64url: bytes.toString('base64url').replace(/.{0,4}$/, ''),
  };
}
