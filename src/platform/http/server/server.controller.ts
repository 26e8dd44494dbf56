import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../clock/index.js';
import { Config } from '../../config/index.js';
import { Operation } from '../openapi/operation.decorator.js';
import { Public } from '../public.decorator.js';
import { VERSION } from '../version.js';
import { ServerFacts } from './server-facts.js';

const serverAnswer = z.object({
  name: z.string(),
  version: z.string(),
  capabilities: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  realtime_url: z.string(),
  docs_url: z.string(),
  contact: z.object({ abuse: z.string().nullable(), privacy: z.string().nullable() }),
  terms_url: z.string().nullable(),
  privacy_url: z.string().nullable(),
  min_age: z.int(),
  registration: z.enum(['open', 'invite', 'closed']),
  push: z
    .object({ webpush: z.object({ vapid_public_key: z.string() }).optional() })
    .describe('How this server wakes up devices without a socket; empty where it does not'),
  log_keys: z.array(z.object({ key: z.string(), from: z.iso.datetime(), until: z.iso.datetime().nullable() })),
  server_time: z.iso.datetime(),
});

@Controller('v1/server')
export class ServerController {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly facts: ServerFacts,
  ) {}

  @Get()
  @Public()
  @Operation({
    id: 'getServer',
    tag: 'server',
    summary: 'What this server is and offers',
    description: 'What its operator has not named (contacts, terms) is null.',
    status: 200,
    gives: 'Its facts',
    answer: serverAnswer,
  })
  read(): z.infer<typeof serverAnswer> {
    const { PUBLIC_URL, MIN_AGE, REGISTRATION, ABUSE_CONTACT, PRIVACY_CONTACT, TERMS_URL, PRIVACY_URL } = this.config;
    return {
      name: 'Flits',
      version: VERSION,
      capabilities: [...this.facts.capabilities].sort(),
      limits: this.facts.limits,
      realtime_url: `${PUBLIC_URL.replace(/^http/, 'ws')}/v1/realtime`,
      docs_url: `${PUBLIC_URL}/openapi.json`,
      contact: { abuse: ABUSE_CONTACT ?? null, privacy: PRIVACY_CONTACT ?? null },
      terms_url: TERMS_URL ?? null,
      privacy_url: PRIVACY_URL ?? null,
      min_age: MIN_AGE,
      registration: REGISTRATION,
      push: { ...this.facts.push },
      log_keys: this.facts.logKeys.map((key) => ({ ...key })),
      server_time: this.clock.date().toISOString(),
    };
  }
}
