import { Module, type OnModuleInit } from '@nestjs/common';
import { ServerFacts } from '../../platform/http/index.js';
import { AccountMaker } from './account-maker.js';
import { AccountRecovery } from './account-recovery.js';
import { AccountsService } from './accounts.service.js';
import { DevicesService } from './devices.service.js';
import { AccountsController } from './http/accounts.controller.js';
import { RightsController } from './http/rights.controller.js';
import { MeController } from './http/me.controller.js';
import { DevicesController } from './http/devices.controller.js';
import { SessionsController } from './http/sessions.controller.js';
import { ExportsService } from './exports.service.js';
import { Reauth } from './reauth.js';
import { LoginService } from './login.service.js';
import { MAX_DEVICES } from './people.settings.js';
import { PasswordChangeService } from './password-change.service.js';
import { ProfileService } from './profile.service.js';
import { Passwords } from './passwords.js';
import { RecoveryCodes } from './recovery-codes.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionsService } from './sessions.service.js';
import { SignUpPolicy } from './sign-up.policy.js';

/** The routes of accounts, sessions and devices, and what only they need. Needs PeopleModule. */
@Module({
  controllers: [AccountsController, DevicesController, MeController, RightsController, SessionsController],
  providers: [
    AccountMaker,
    AccountRecovery,
    AccountsService,
    DevicesService,
    ExportsService,
    LoginService,
    PasswordChangeService,
    Passwords,
    ProfileService,
    Reauth,
    RecoveryCodes,
    RefreshTokens,
    SessionsService,
    SignUpPolicy,
  ],
})
export class PeopleHttpModule implements OnModuleInit {
  constructor(private readonly facts: ServerFacts) {}

  onModuleInit(): void {
    this.facts.add({
      capabilities: ['accounts', 'view_time', 'opened_receipts', 'account_deletion', 'export'],
      limits: { devices: MAX_DEVICES },
    });
  }
}
