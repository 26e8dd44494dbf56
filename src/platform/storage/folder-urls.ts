import type { Clock } from '../clock/index.js';
import { hmac, sameBytes } from '../crypto/index.js';
import { checkedContentType, checkedName, isObjectName, linkSeconds } from './object-name.js';
import type { GetGrant, PutGrant, SignedPut } from './object-store.js';

/** Header by which a PUT states its SHA-256, in base64, as S3 has it. */
export const CHECKSUM_HEADER = 'x-amz-checksum-sha256';

type Query = Readonly<Record<string, unknown>>;

/**
 * Links to a folder store: what may be done is written into the query and signed (HMAC-SHA-256 over method, name, length,
 * hash, type and expiry). A link is good for one object and one method; nobody without the key can make or change one.
 */
export class FolderUrls {
  /**
   * @param options.publicUrl how people reach the routes, without a `/` at the end
   * @param options.signingKey 32 bytes, for this alone
   */
  constructor(private readonly options: { readonly publicUrl: string; readonly signingKey: Buffer; readonly clock: Clock }) {}

  /** @throws Fault `upload_expired` where less than a second is left */
  signPut({ name, bytes, sha256, contentType, expiresAt }: PutGrant): SignedPut {
    linkSeconds(this.options.clock.now(), expiresAt, 'upload_expired');
    const terms = { expires: String(expiresAt), bytes: String(bytes), sha256, type: checkedContentType(contentType) };
    return {
      url: this.#url('PUT', name, terms),
      method: 'PUT',
      headers: { 'content-type': contentType, [CHECKSUM_HEADER]: Buffer.from(sha256, 'hex').toString('base64') },
    };
  }

  /** @throws Fault `snap_expired` where less than a second is left */
  signGet({ name, contentType, expiresAt }: GetGrant): string {
    linkSeconds(this.options.clock.now(), expiresAt, 'snap_expired');
    return this.#url('GET', name, { expires: String(expiresAt), type: checkedContentType(contentType) });
  }

  /** What a PUT link grants now; `undefined` if it was not made here, was changed, or is past its time. */
  readPut(name: string, query: Query): PutGrant | undefined {
    const terms = this.#verified('PUT', name, query, ['expires', 'bytes', 'sha256', 'type']);
    return terms && { name, bytes: Number(terms.bytes), sha256: terms.sha256, contentType: terms.type, expiresAt: Number(terms.expires) };
  }

  /** What a GET link grants now; `undefined` as above. */
  readGet(name: string, query: Query): GetGrant | undefined {
    const terms = this.#verified('GET', name, query, ['expires', 'type']);
    return terms && { name, contentType: terms.type, expiresAt: Number(terms.expires) };
  }

  #url(method: string, name: string, terms: Readonly<Record<string, string>>): string {
    const query = new URLSearchParams({ ...terms, signature: this.#sign(method, checkedName(name), terms) });
    return `${this.options.publicUrl}/objects/${name}?${query.toString()}`;
  }

  #verified<K extends string>(method: string, name: string, query: Query, keys: readonly K[]): Record<K | 'expires', string> | undefined {
    const { signature, ...terms } = query;
    const exact = Object.keys(terms).length === keys.length && keys.every((key) => typeof terms[key] === 'string');
    if (!isObjectName(name) || typeof signature !== 'string' || !exact) return undefined;
    const signed = Object.fromEntries(keys.map((key) => [key, terms[key] as string])) as Record<K | 'expires', string>;
    // The text is compared, not what it decodes to: base64url has several spellings of the same bytes.
    if (!sameBytes(Buffer.from(signature), Buffer.from(this.#sign(method, name, signed)))) return undefined;
    return this.options.clock.now() < Number(signed.expires) ? signed : undefined;
  }

  #sign(method: string, name: string, terms: Readonly<Record<string, string>>): string {
    const pairs = Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1));
    return hmac(this.options.signingKey, 'flits-folder-link-v1', method, name, ...pairs.flat()).toString('base64url');
  }
}
