import { Body, Controller, Delete, Get, Header, Post, Req, Res } from '@nestjs/common';
import { stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LimitByAddress, Operation, Public } from '../../../platform/http/index.js';
import { BOARD_HEADERS } from '../../../platform/queue/index.js';
import { AdminLogIn } from '../admin-log-in.js';
import { AdminSessions } from '../admin-sessions.js';
import { BOARD_COOKIE, BOARD_PATH, BoardAdmission, boardToken } from './board-admission.js';
import { logInBody, type LogInBody } from './admin.dto.js';
import { LOG_IN_PAGE, LOG_IN_SCRIPT } from './board.page.js';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** The way of a browser to the queue board: its session is a cookie that no script reads and no other site sends. */
@Controller('admin/board')
export class BoardController {
  constructor(
    private readonly logIns: AdminLogIn,
    private readonly sessions: AdminSessions,
    private readonly admission: BoardAdmission,
  ) {}

  @Get()
  @Public()
  @Operation({
    id: 'openBoard',
    tag: 'board',
    summary: 'The queue board',
    description: 'Leads to the form, or to the board: one to look at, or for `operator` one on which queues are worked.',
    status: 200,
    gives: 'A page, by redirects',
    type: HTML,
  })
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const admin = await this.admission.who(request).catch(() => undefined);
    const page = admin === undefined ? 'log-in' : admin.role === 'operator' ? 'operate/' : 'read/';
    await reply.headers(BOARD_HEADERS).redirect(`${BOARD_PATH}/${page}`, 303);
  }

  @Get('log-in')
  @Public()
  @Header('Content-Type', HTML)
  @Operation({ id: 'boardForm', tag: 'board', summary: 'The form', status: 200, gives: 'A page', type: HTML })
  form(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(BOARD_HEADERS);
    return LOG_IN_PAGE;
  }

  @Get('log-in.js')
  @Public()
  @Header('Content-Type', SCRIPT)
  @Operation({ id: 'boardScript', tag: 'board', summary: 'The form’s script', status: 200, gives: 'A script', type: SCRIPT })
  script(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(BOARD_HEADERS);
    return LOG_IN_SCRIPT;
  }

  @Post('session')
  @Public()
  @LimitByAddress('admin_login')
  @Operation({
    id: 'boardLogIn',
    tag: 'board',
    summary: 'Sign in to the board',
    status: 204,
    gives: 'A session, as a cookie',
    codes: ['invalid_credentials'],
  })
  async logIn(
    @Body({ schema: logInBody }) body: LogInBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { token, expiresAt: expires } = await this.logIns.open(body);
    setCookie(request, reply, token, expires);
  }

  @Delete('session')
  @Public()
  @Operation({ id: 'boardLogOut', tag: 'board', summary: 'Sign out of the board', status: 204, gives: 'Done' })
  async logOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = boardToken(request);
    if (token) await this.sessions.end(token);
    setCookie(request, reply, '', new Date(0));
  }
}

function setCookie({ protocol }: FastifyRequest, reply: FastifyReply, token: string, expires: Date): void {
  const cookie = { path: BOARD_PATH, httpOnly: true, sameSite: 'strict', secure: protocol === 'https', expires } as const;
  void reply.headers(BOARD_HEADERS).header('set-cookie', stringifySetCookie(BOARD_COOKIE, token, cookie));
}
