import { Controller, Get, Header } from '@nestjs/common';
import { z } from 'zod';
import { Fault } from '../../faults/index.js';
import { Operation } from '../openapi/operation.decorator.js';
import { Public } from '../public.decorator.js';
import { Readiness } from './readiness.js';

const aliveAnswer = z.object({ status: z.literal('alive') });
const readyAnswer = z.object({ status: z.literal('ready'), parts: z.record(z.string(), z.enum(['up', 'away'])) });

@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('livez')
  @Public()
  @Header('Cache-Control', 'no-store')
  @Operation({ id: 'getLiveness', tag: 'server', summary: 'Whether the process runs', status: 200, gives: 'It does', answer: aliveAnswer })
  live(): z.infer<typeof aliveAnswer> {
    return { status: 'alive' };
  }

  @Get('readyz')
  @Public()
  @Header('Cache-Control', 'no-store')
  @Operation({
    id: 'getReadiness',
    tag: 'server',
    summary: 'Whether the process can do its work',
    description: 'While it cannot, the problem document names the parts that are away (`parts`).',
    status: 200,
    gives: 'Everything it needs is there',
    answer: readyAnswer,
  })
  async ready(): Promise<z.infer<typeof readyAnswer>> {
    const { ready, parts } = await this.readiness.report();
    if (!ready) throw new Fault('unavailable', 'This process is not ready.', { members: { parts }, retryAfterSeconds: 2 });
    return { status: 'ready', parts: { ...parts } };
  }
}
