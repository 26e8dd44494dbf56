import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../../platform/http/index.js';
import { AccountListeners } from './account-listeners.js';
import { AccessTokens } from './access-tokens.js';
import { DevicesRepository } from './devices.repository.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';
import { SessionEndings } from './session-endings.js';
import { SessionWatch } from './session-watch.js';
import { Suspensions } from './suspensions.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** Who people are and whose sessions live: what every process that lets anyone in has. */
@Global()
@Module({
  providers: [
    AccessTokens,
    AccountListeners,
    DevicesRepository,
    PeopleRepository,
    PeopleService,
    SessionEndings,
    SessionWatch,
    Suspensions,
    { provide: Authenticator, useClass: TokenAuthenticator },
  ],
  exports: [
    AccessTokens,
    AccountListeners,
    Authenticator,
    DevicesRepository,
    PeopleRepository,
    PeopleService,
    SessionEndings,
    SessionWatch,
    Suspensions,
  ],
})
export class PeopleModule {}
