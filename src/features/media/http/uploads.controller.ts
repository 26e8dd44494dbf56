import { Body, Controller, Get, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Clock } from '../../../platform/clock/index.js';
import {
  CallerOf,
  Idempotency,
  IdempotencyKeyOf,
  IdParam,
  Limit,
  NeedsDisk,
  Operation,
  type Caller,
} from '../../../platform/http/index.js';
import { viewOf } from '../upload-view.js';
import { UploadsService, type TicketedUpload } from '../uploads.service.js';
import { createUploadBody, ticketedUpload, uploadAnswer, type CreateUploadBody } from './uploads.dto.js';

const CREATE_ROUTE = 'POST /v1/uploads';
const tag = 'uploads';

@Controller('v1/uploads')
export class UploadsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Limit('upload')
  @NeedsDisk()
  @Operation({
    id: 'createUpload',
    tag,
    summary: 'Announce a file and get a ticket to PUT it',
    description:
      'Encrypt the file as RFC 8188 aes128gcm (record size 65536, empty key id) under a key of its own, announce the ciphertext, PUT it to `put.url` with `put.headers`, then complete.',
    status: 201,
    gives: 'The upload and where its bytes go; with a known Idempotency-Key the same upload with a fresh ticket',
    answer: ticketedUpload,
    codes: ['unsupported_media', 'bad_encryption', 'too_large', 'ttl_out_of_range', 'quota_exceeded', 'unavailable'],
  })
  async create(
    @CallerOf() { personId }: Caller,
    @IdempotencyKeyOf() key: string,
    @Body({ schema: createUploadBody }) body: CreateUploadBody,
  ) {
    const { ttl_seconds: ttlSeconds, content_type: contentType, ...announced } = body;
    const macs = this.idempotency.mac(personId, CREATE_ROUTE, key, body);
    return this.#ticketed(await this.uploads.create(personId, { ...announced, contentType, ttlSeconds }, macs));
  }

  @Post(':id/ticket')
  @Limit('upload')
  @NeedsDisk()
  @Operation({
    id: 'renewUploadTicket',
    tag,
    summary: 'A fresh ticket for the same bytes',
    status: 201,
    gives: 'The upload and where its bytes go',
    answer: ticketedUpload,
    codes: ['upload_used', 'upload_expired', 'unavailable'],
  })
  async ticket(@CallerOf() { personId }: Caller, @IdParam() id: string) {
    return this.#ticketed(await this.uploads.ticket(personId, id));
  }

  @Post(':id/complete')
  @Limit('read')
  @Operation({
    id: 'completeUpload',
    tag,
    summary: 'The bytes are there: process them',
    description: 'May be repeated. Sending a snap with a pending upload completes it as well.',
    status: 202,
    gives: 'The upload as it stands; upload.ready or upload.rejected follows',
    answer: uploadAnswer,
    codes: ['upload_incomplete', 'upload_expired'],
  })
  async complete(@CallerOf() { personId }: Caller, @IdParam() id: string) {
    return { id, ...viewOf(await this.uploads.complete(personId, id)) };
  }

  @Get(':id')
  @Limit('read')
  @Operation({
    id: 'getUpload',
    tag,
    summary: 'How an upload of mine stands',
    status: 200,
    gives: 'The upload',
    answer: uploadAnswer,
    codes: ['upload_expired'],
  })
  async get(@CallerOf() { personId }: Caller, @IdParam() id: string) {
    return { id, ...viewOf(await this.uploads.get(personId, id)) };
  }

  #ticketed({ id, state, put, expiresAt }: TicketedUpload): z.infer<typeof ticketedUpload> {
    return {
      id,
      state,
      ...(put && { put: { url: put.url, method: put.method, headers: { ...put.headers }, expires_at: iso(put.expiresAt) } }),
      expires_at: iso(expiresAt),
      server_time: this.clock.date().toISOString(),
    };
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
