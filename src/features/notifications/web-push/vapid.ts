import { createECDH, createPrivateKey } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import type { Clock } from '../../../platform/clock/index.js';
import type { Secret } from '../../../platform/config/index.js';

/** RFC 8292 §2: at most a day. Half of that, and made anew an hour before. */
const LIFE_MS = 12 * 3600 * 1000;
const RENEW_MS = 3600 * 1000;
/** Origins whose tokens are kept: there are a handful of push services, and whatever hostile clients name. */
const MAX_KEPT = 200;

/** Who this server is to push services (RFC 8292): a key pair, a contact, and a token for each service's origin. */
export class Vapid {
  /** Uncompressed point, base64url: `applicationServerKey` of a browser's `subscribe()`. */
  readonly publicKey: string;
  readonly #sign: (payload: object) => string;
  readonly #kept = new Map<string, { token: string; until: number }>();

  /** @param subject how a push service reaches the operator: `mailto:` or `https:` */
  constructor(
    privateKey: Secret,
    private readonly subject: string | undefined,
    private readonly clock: Clock,
  ) {
    const d = Buffer.from(privateKey.reveal(), 'base64');
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(d);
    const point = pair.getPublicKey();
    this.publicKey = point.toString('base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((coordinate) => coordinate.toString('base64url'));
    const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y }, format: 'jwk' });
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    this.#sign = createSigner({ key: pem, algorithm: 'ES256', noTimestamp: true });
  }

  /** The `Authorization` header for a push service. */
  authorization(origin: string): string {
    return `vapid t=${this.#token(origin)}, k=${this.publicKey}`;
  }

  #token(origin: string): string {
    const now = this.clock.now();
    const kept = this.#kept.get(origin);
    if (kept && kept.until > now) return kept.token;
    const exp = Math.floor((now + LIFE_MS) / 1000);
    const token = this.#sign({ aud: origin, exp, ...(this.subject !== undefined && { sub: this.subject }) });
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(origin, { token, until: now + LIFE_MS - RENEW_MS });
    return token;
  }
}
