import { Global, Module } from '@nestjs/common';
import { Authenticator, IdempotencyModule } from '../../platform/http/index.js';
import { AccountDeletion } from './account-deletion.js';
import { AccountListeners } from './account-listeners.js';
import { AccountTombstoneWriter } from './account-tombstone-writer.js';
import { AccessTokens } from './access-tokens.js';
import { DevicesRepository } from './devices.repository.js';
import { Invites } from './invites.js';
import { PasswordResets } from './password-resets.js';
import { HandleQuarantine } from './handle-quarantine.js';
import { PeopleParts } from './people.parts.js';
import { PersonalData } from './personal-data.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';
import { SessionEndings } from './session-endings.js';
import { SessionWatch } from './session-watch.js';
import { Suspensions } from './suspensions.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** Who people are and whose sessions live: what every process that lets anyone in has. */
@Global()
@Module({
  imports: [IdempotencyModule],
  providers: [
    AccessTokens,
    AccountDeletion,
    AccountListeners,
    AccountTombstoneWriter,
    DevicesRepository,
    HandleQuarantine,
    Invites,
    PasswordResets,
    PeopleParts,
    PeopleRepository,
    PeopleService,
    PersonalData,
    SessionEndings,
    SessionWatch,
    Suspensions,
    { provide: Authenticator, useClass: TokenAuthenticator },
  ],
  exports: [
    AccessTokens,
    AccountDeletion,
    AccountListeners,
    Authenticator,
    DevicesRepository,
    HandleQuarantine,
    Invites,
    PasswordResets,
    PeopleRepository,
    PeopleService,
    PersonalData,
    SessionEndings,
    SessionWatch,
    Suspensions,
  ],
})
export class PeopleModule {}
