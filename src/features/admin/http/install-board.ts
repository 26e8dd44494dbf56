import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bullmq';
import { ProblemFilter } from '../../../platform/http/index.js';
import { Log } from '../../../platform/observability/index.js';
import { serveQueueBoard } from '../../../platform/queue/index.js';
import { BOARD_PATH, BoardAdmission } from './board-admission.js';

/** Bull Board twice: one to look at, for everybody here, and one that operators work with. Before the application listens. */
export async function installBoard(app: NestFastifyApplication, queues: readonly Queue[]): Promise<void> {
  const admission = app.get(BoardAdmission, { strict: false });
  const filter = new ProblemFilter(app.get(Log));
  const instance = app.getHttpAdapter().getInstance();
  const answer = filter.answer.bind(filter);
  const [read, operate] = [`${BOARD_PATH}/read`, `${BOARD_PATH}/operate`];
  await serveQueueBoard(instance, queues, { path: read, isReadOnly: true, admit: (request) => admission.look(request), answer });
  await serveQueueBoard(instance, queues, {
    path: operate,
    isReadOnly: false,
    admit: (request) => admission.operate(request, operate),
    answer,
  });
}
