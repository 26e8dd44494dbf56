import { Injectable } from '@nestjs/common';
import { Authenticator, type Caller } from '../../platform/http/index.js';
import { RestoreMark } from '../expiry/index.js';
import { AccessTokens } from './access-tokens.js';
import { sessionEnded } from './people.errors.js';
import { SessionWatch } from './session-watch.js';

/** A good signature, time left, and a session that did not end. No query in the ordinary case. */
@Injectable()
export class TokenAuthenticator extends Authenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly watch: SessionWatch,
    private readonly restored: RestoreMark,
  ) {
    super();
  }

  override async authenticate(accessToken: string): Promise<Caller> {
    const { personId, deviceId, issuedAt } = this.tokens.read(accessToken);
    // A device that was added after the backup is nowhere in the database, so nothing there could say that it ended.
    if (issuedAt < this.restored.at || (await this.watch.isEnded(deviceId))) throw sessionEnded();
    return { personId, deviceId };
  }
}
