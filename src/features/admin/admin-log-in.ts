import { Injectable } from '@nestjs/common';
import { Limiter } from '../../platform/limits/index.js';
import { AdminAccounts } from './admin-accounts.js';
import { AdminAudit } from './admin-audit.js';
import { AdminSessions, type AdminSession } from './admin-sessions.js';
import type { AdminRole } from './admin.settings.js';

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code: string;
}

/** The one way in, for the API and for the board. */
@Injectable()
export class AdminLogIn {
  constructor(
    private readonly limiter: Limiter,
    private readonly accounts: AdminAccounts,
    private readonly audit: AdminAudit,
    private readonly sessions: AdminSessions,
  ) {}

  /** @throws Fault `invalid_credentials`, `rate_limited` */
  async open({ name, password, code }: Credentials): Promise<AdminSession & { role: AdminRole }> {
    await this.limiter.consume('admin_login', `admin:${name}`);
    const admin = await this.accounts.check(name, password, code);
    await this.audit.write(admin, { action: 'session.open' });
    return { ...(await this.sessions.open(admin.id)), role: admin.role };
  }
}
