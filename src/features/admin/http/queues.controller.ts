import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Operation } from '../../../platform/http/index.js';
import { QueueDesk, type QueueName, type QueueNow } from '../../../platform/queue/index.js';
import { AdminAudit } from '../admin-audit.js';
import type { Admin } from '../admin-sessions.js';
import { AdminOf } from './admin-request.js';
import { reasonBody, type ReasonBody } from './admin.dto.js';
import { failuresAnswer, queueParam, queuesAnswer, retriedAnswer } from './queues.dto.js';
import { Roles } from './roles.decorator.js';

const QueueParam = (): ParameterDecorator => Param('name', { schema: queueParam });

/** Queues, on whichever store they are. */
@Controller('admin/v1/queues')
export class QueuesController {
  constructor(
    private readonly desk: QueueDesk,
    private readonly audit: AdminAudit,
  ) {}

  @Get()
  @Roles('support', 'moderator', 'operator')
  @Operation({ id: 'listQueues', tag: 'queues', summary: 'Queues', status: 200, gives: 'How each of them stands', answer: queuesAnswer })
  async list() {
    return { items: (await this.desk.list()).map(answerQueue) };
  }

  @Get(':name/failed')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'listFailedJobs',
    tag: 'queues',
    summary: 'Jobs that failed for good, by reason',
    status: 200,
    gives: 'The most frequent reason first; ids alone',
    answer: failuresAnswer,
  })
  async failed(@QueueParam() name: QueueName) {
    const groups = await this.desk.failures(name);
    return {
      items: groups.map(({ job, reason, jobs, newest }) => ({
        job,
        reason,
        jobs,
        newest: newest.map(({ failedAt, ...one }) => ({ ...one, failed_at: failedAt.toISOString() })),
      })),
    };
  }

  @Post(':name/pause')
  @Roles('operator')
  @Operation({
    id: 'pauseQueue',
    tag: 'queues',
    summary: 'Pause',
    description:
      'Every worker takes no more of it, also after a restart, until it is resumed; what they have begun is finished. Erasure goes on from rows all the same.',
    status: 204,
    gives: 'It is paused',
  })
  async pause(@AdminOf() admin: Admin, @QueueParam() name: QueueName, @Body({ schema: reasonBody }) { reason }: ReasonBody): Promise<void> {
    await this.audit.write(admin, { action: `queue.pause.${name}`, reason });
    await this.desk.pause(name);
  }

  @Post(':name/resume')
  @Roles('operator')
  @Operation({ id: 'resumeQueue', tag: 'queues', summary: 'Resume', status: 204, gives: 'Workers take of it again' })
  async resume(
    @AdminOf() admin: Admin,
    @QueueParam() name: QueueName,
    @Body({ schema: reasonBody }) { reason }: ReasonBody,
  ): Promise<void> {
    await this.audit.write(admin, { action: `queue.resume.${name}`, reason });
    await this.desk.resume(name);
  }

  @Post(':name/retry')
  @Roles('operator')
  @Operation({
    id: 'retryFailedJobs',
    tag: 'queues',
    summary: 'Try again what failed for good',
    status: 200,
    gives: 'How many jobs are back in line',
    answer: retriedAnswer,
  })
  async retry(@AdminOf() admin: Admin, @QueueParam() name: QueueName, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    await this.audit.write(admin, { action: `queue.retry.${name}`, reason });
    return { retried: await this.desk.retryFailed(name) };
  }
}

function answerQueue({ isPaused, oldestWaitingSeconds, ...now }: QueueNow) {
  return { ...now, is_paused: isPaused, oldest_waiting_seconds: oldestWaitingSeconds };
}
