import { Readable } from 'node:stream';
import { Controller, Delete, Get, Header, Param, Post, StreamableFile } from '@nestjs/common';
import type { z } from 'zod';
import { Clock } from '../../../platform/clock/index.js';
import { CallerOf, Limit, LimitByAddress, Operation, Public, type Caller } from '../../../platform/http/index.js';
import { AccountDeletion } from '../account-deletion.js';
import { ExportsService, type ExportLink } from '../exports.service.js';
import { Reauth } from '../reauth.js';
import { exportAnswer, exportedAnswer, heldAnswer, tokenParam } from './people.dto.js';

/** What a person may ask of the server about themselves. */
@Controller('v1')
export class RightsController {
  constructor(
    private readonly deletion: AccountDeletion,
    private readonly exports: ExportsService,
    private readonly reauth: Reauth,
    private readonly clock: Clock,
  ) {}

  @Delete('me')
  @Limit('reauth')
  @Operation({
    id: 'deleteMe',
    tag: 'accounts',
    summary: 'Delete my account',
    description:
      'At once: what I sent is unreadable, all sessions and sockets end, friendships are over. Media are gone within 5 minutes, rows within the hour. ' +
      'There is no way back; nobody can take the handle for 30 days.',
    status: 202,
    gives: 'It has ended; the rest is under way',
    codes: ['reauth_required'],
  })
  async delete(@CallerOf() { personId, deviceId }: Caller): Promise<void> {
    await this.reauth.require(deviceId);
    await this.deletion.end(personId);
  }

  @Get('me/held')
  @Limit('export')
  @Operation({
    id: 'getHeld',
    tag: 'accounts',
    summary: 'What the server holds about me',
    status: 200,
    gives: 'Each kind of thing, what for, until when, and how many rows of it there are',
    answer: heldAnswer,
  })
  async held(@CallerOf() { personId }: Caller) {
    return { items: await this.exports.held(personId), next_cursor: null };
  }

  @Post('me/export')
  @Limit('export')
  @Operation({
    id: 'exportMe',
    tag: 'accounts',
    summary: 'Export what the server holds about me',
    description:
      'The link needs no token and is good for 24 hours, or until the session that asked for it ends. The file is put together while it is fetched, ' +
      'so that it holds nothing that has ceased to exist. A new link ends the one before.',
    status: 202,
    gives: 'The link',
    answer: exportAnswer,
    codes: ['reauth_required'],
  })
  async export(@CallerOf() { personId, deviceId }: Caller) {
    await this.reauth.require(deviceId);
    return this.#answerLink(await this.exports.create(personId, deviceId));
  }

  @Get('me/export')
  @Limit('export')
  @Operation({
    id: 'getExport',
    tag: 'accounts',
    summary: 'The link to my export',
    status: 200,
    gives: 'The link that is good now',
    answer: exportAnswer,
    codes: ['reauth_required', 'not_found'],
  })
  async link(@CallerOf() { personId, deviceId }: Caller) {
    await this.reauth.require(deviceId);
    return this.#answerLink(await this.exports.current(personId));
  }

  @Get('exports/:token')
  @Public()
  @LimitByAddress('export_fetch')
  @Header('Content-Disposition', 'attachment; filename="flits-export.json"')
  @Operation({
    id: 'fetchExport',
    tag: 'accounts',
    summary: 'What an export link leads to',
    status: 200,
    gives: 'Everything held about the person, by the names of `GET /v1/me/held`',
    answer: exportedAnswer,
  })
  async fetch(@Param('token', { schema: tokenParam }) value: string): Promise<StreamableFile> {
    return new StreamableFile(Readable.from(await this.exports.open(value)), { type: 'application/json' });
  }
  #answerLink({ id, url, expiresAt }: ExportLink): z.infer<typeof exportAnswer> {
    return { id, state: 'ready', url, expires_at: expiresAt.toISOString(), server_time: this.clock.date().toISOString() };
  }
}
