import { Injectable } from '@nestjs/common';
import { createSigner, createVerifier } from 'fast-jwt';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { Fault } from '../../platform/faults/index.js';
import { ACCESS_TOKEN_SECONDS } from './people.settings.js';

export interface AccessClaims {
  readonly personId: string;
  readonly deviceId: string;
}

export interface ReadClaims extends AccessClaims {
  /** ms since the epoch, a whole second */
  readonly issuedAt: number;
}

interface Payload {
  readonly sub: string;
  readonly did: string;
  readonly iat: number;
  readonly exp: number;
}

const AUDIENCE = 'flits api';
const TYPE = 'at+jwt'; // RFC 9068 §2.1
const CACHED_TOKENS = 10_000;

/**
 * Access tokens: JWTs (HS256) that carry a person and a device, for 15 minutes. Nothing is stored; whether the session still
 * lives is for `SessionWatch` to say.
 */
@Injectable()
export class AccessTokens {
  readonly #sign: (payload: object) => string;
  readonly #verify: (token: string) => Payload;

  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
    keys: MasterKeys,
  ) {
    const key = keys.derive('access token v1');
    this.#sign = createSigner({ key, algorithm: 'HS256', header: { typ: TYPE, alg: 'HS256' } });
    this.#verify = createVerifier({
      key,
      algorithms: ['HS256'],
      allowedIss: config.PUBLIC_URL,
      allowedAud: AUDIENCE,
      checkTyp: TYPE,
      requiredClaims: ['iss', 'aud', 'sub', 'did', 'iat', 'exp'],
      // Checked below, by the database's clock: what is cached is that the signature is ours.
      ignoreExpiration: true,
      cache: CACHED_TOKENS,
    }) as (token: string) => Payload;
  }

  issue({ personId, deviceId }: AccessClaims): string {
    const now = Math.floor(this.clock.now() / 1000);
    return this.#sign({
      iss: this.config.PUBLIC_URL,
      aud: AUDIENCE,
      sub: personId,
      did: deviceId,
      iat: now,
      exp: now + ACCESS_TOKEN_SECONDS,
    });
  }

  /** @throws Fault `invalid_credentials` for anything this server did not sign for this purpose, `token_expired` */
  read(token: string): ReadClaims {
    const { sub, did, iat, exp } = this.#verified(token);
    if (exp * 1000 <= this.clock.now()) throw new Fault('token_expired', 'The access token is past its time; refresh it.');
    return { personId: sub, deviceId: did, issuedAt: iat * 1000 };
  }

  #verified(token: string): Payload {
    try {
      const payload = this.#verify(token);
      if (typeof payload.exp === 'number') return payload;
    } catch {
      // Said below: why a token is not ours is of no use to whom we trust.
    }
    throw new Fault('invalid_credentials', 'The access token is not one of this server.');
  }
}
