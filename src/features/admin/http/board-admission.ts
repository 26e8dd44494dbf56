import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../platform/faults/index.js';
import { AdminAudit } from '../admin-audit.js';
import { AdminSessions, type Admin } from '../admin-sessions.js';

/** Sent to the board and nowhere else; the API takes a token in a header alone, so that no browser is led to call it. */
export const BOARD_COOKIE = 'flits_admin';
export const BOARD_PATH = '/admin/board';

const LOOKS = new Set(['GET', 'HEAD']);
/** What of Bull Board's many buttons works. Nobody makes jobs up here, changes them or throws a queue away. */
const ACTS = [
  /^\/api\/queues\/(?:pause|resume)$/,
  /^\/api\/queues\/[\w-]+\/(?:pause|resume|promote|retry\/failed|clean\/failed)$/,
  /^\/api\/queues\/[\w-]+\/[\w-]+\/(?:retry|promote|clean)$/,
];

/** Who may do what on the board: asked at every request, whatever its page shows. */
@Injectable()
export class BoardAdmission {
  constructor(
    private readonly sessions: AdminSessions,
    private readonly audit: AdminAudit,
  ) {}

  /** @throws Fault `invalid_credentials` */
  async who(request: FastifyRequest): Promise<Admin> {
    const token = boardToken(request);
    if (!token) throw new Fault('invalid_credentials', `Sign in at ${BOARD_PATH}/log-in.`);
    // The page asks for its queues every few seconds, whether somebody sits before it or not.
    return this.sessions.authenticate(token, { isByHand: !(LOOKS.has(request.method) && request.url.includes('/api/')) });
  }

  async look(request: FastifyRequest): Promise<void> {
    await this.who(request);
    if (!LOOKS.has(request.method)) throw new Fault('forbidden', 'This board is read only.');
  }

  async operate(request: FastifyRequest, path: string): Promise<void> {
    const admin = await this.who(request);
    if (admin.role !== 'operator') throw new Fault('forbidden', 'This is for operator.');
    if (LOOKS.has(request.method)) return;
    if (!isSameOrigin(request)) throw new Fault('forbidden', 'This did not come from the board.');
    const act = request.url.slice(path.length).split('?', 1)[0] ?? '';
    if (request.method !== 'PUT' || !ACTS.some((allowed) => allowed.test(act)))
      throw new Fault(
        'forbidden',
        'On this board queues are paused and resumed, and jobs retried, promoted and cleared away; nothing else.',
      );
    await this.audit.write(admin, { action: 'board.act', reason: `PUT ${act}` });
  }
}

export function boardToken({ headers }: FastifyRequest): string | undefined {
  return parseCookie(headers.cookie ?? '')[BOARD_COOKIE];
}

/** Beyond the cookie, which SameSite keeps from other sites, but not from another port of this host. */
function isSameOrigin({ headers: { origin, host } }: FastifyRequest): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
