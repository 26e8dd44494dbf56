import { ErrorCode, type Job, type JobType, type Queue } from 'bullmq';
import { QueueDesk, type FailedJob, type Failures, type QueueNow } from './queue-desk.js';
import type { QueueName } from './queues.js';

const SHOWN = 10;
/** No table keeps more of a queue (queues.ts). */
const MOST_FAILED = 1000;
/** BullMQ's types know no `paused` any more; on PostgreSQL what waits in a paused queue is still counted as that. */
const COUNTED = ['waiting', 'paused', 'active', 'delayed', 'failed'] as JobType[];

/** The same on both of BullMQ's stores. `paused` is a mark of the queue in its store; its jobs stay where they are. */
export class BullQueueDesk extends QueueDesk {
  constructor(private readonly queues: ReadonlyMap<QueueName, Queue>) {
    super();
  }

  override list(): Promise<QueueNow[]> {
    return Promise.all([...this.queues].map(([name, queue]) => nowOf(name, queue)));
  }

  override async pause(name: QueueName): Promise<void> {
    await this.#queue(name).pause();
  }

  override async resume(name: QueueName): Promise<void> {
    await this.#queue(name).resume();
  }

  override async retryFailed(name: QueueName): Promise<number> {
    const failed = await this.#queue(name).getFailed(0, MOST_FAILED - 1);
    const tries = await Promise.allSettled(failed.filter(Boolean).map(retriedNow));
    const retried = tries.filter((one) => one.status === 'fulfilled' && one.value).length;
    const [refusal] = tries.filter((one) => one.status === 'rejected');
    // Some are back in line: that is what is to be said, and the others are still there to be tried.
    if (refusal && retried === 0) throw refusal.reason;
    return retried;
  }

  override async failures(name: QueueName): Promise<Failures[]> {
    const failed = await this.#queue(name).getFailed(0, MOST_FAILED - 1);
    const groups = new Map<string, Job[]>();
    // A job may be gone by the time it is read.
    for (const job of failed.filter(Boolean)) {
      const key = JSON.stringify([job.name, job.failedReason]);
      groups.set(key, [...(groups.get(key) ?? []), job]);
    }
    return [...groups.values()].map(groupOf).sort((one, other) => other.jobs - one.jobs);
  }

  #queue(name: QueueName): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw new Error(`no such queue: ${name}`);
    return queue;
  }
}

async function nowOf(name: QueueName, queue: Queue): Promise<QueueNow> {
  const [counts, [oldest], isPaused] = await Promise.all([queue.getJobCounts(...COUNTED), queue.getWaiting(0, 0), queue.isPaused()]);
  const { paused = 0, active = 0, delayed = 0, failed = 0 } = counts;
  const waiting = (counts.waiting ?? 0) + paused;
  const oldestWaitingSeconds = oldest ? Math.max(0, Date.now() - oldest.timestamp - oldest.delay) / 1000 : 0;
  return { name, isPaused, waiting, active, delayed, failed, oldestWaitingSeconds };
}

/** One by one: on PostgreSQL BullMQ's `retryJobs` puts back what another call has put back already, even while it runs. */
async function retriedNow(job: Job): Promise<boolean> {
  try {
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === ErrorCode.JobNotInState || code === ErrorCode.JobNotExist) return false;
    throw error;
  }
}

function groupOf(jobs: readonly Job[]): Failures {
  const newestFirst = [...jobs].sort((one, other) => (other.finishedOn ?? 0) - (one.finishedOn ?? 0));
  const [first] = newestFirst;
  return {
    job: first?.name ?? '',
    reason: first?.failedReason ?? '',
    jobs: jobs.length,
    newest: newestFirst.slice(0, SHOWN).map(failedJob),
  };
}

function failedJob(job: Job): FailedJob {
  const { requestId: _, ...ids } = job.data as Record<string, unknown>;
  const subjects = Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, String(id)]));
  return { id: job.id ?? '', subjects, attempts: job.attemptsMade, failedAt: new Date(job.finishedOn ?? job.timestamp) };
}
