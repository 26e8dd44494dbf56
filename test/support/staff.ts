import { randomBytes } from 'node:crypto';
import { URI } from 'otpauth';
import { AdminAccounts, adminRoles, type AdminRole } from '../../src/features/admin/index.js';
import type { TestFlits } from './flits.js';
import { call } from './person.js';

export interface LogIn {
  readonly name: string;
  readonly password: string;
  readonly code: string;
}

/** Somebody of each role, and what they call with. */
export class Staff {
  readonly tokens = {} as Record<AdminRole, string>;

  private constructor(
    private readonly flits: TestFlits,
    readonly url: string,
  ) {}

  static async of(flits: TestFlits): Promise<Staff> {
    const staff = new Staff(flits, `http://127.0.0.1:${flits.flits.config.ADMIN_PORT}`);
    for (const role of adminRoles) staff.tokens[role] = await staff.token(role);
    return staff;
  }

  /** A new account, and its code of this moment. */
  async hire(role: AdminRole): Promise<LogIn> {
    const name = `${role}.${randomBytes(4).toString('hex')}`;
    const made = await this.flits.flits.admin.get(AdminAccounts, { strict: false }).create(name, role);
    if (!made) throw new Error(`${name} is taken`);
    const code = URI.parse(made.totpUri).generate({ timestamp: this.flits.platform.clock.now() });
    return { name, password: made.password, code };
  }

  async token(role: AdminRole): Promise<string> {
    const { status, body } = await call<{ token: string }>(this.url, 'POST', '/admin/v1/sessions', { body: await this.hire(role) });
    if (status !== 201) throw new Error(`no session: ${status}`);
    return body.token;
  }

  ask<T = Record<string, unknown>>(role: AdminRole, method: string, path: string, body?: unknown) {
    return call<T>(this.url, method, `/admin/v1${path}`, { token: this.tokens[role], body });
  }
}
