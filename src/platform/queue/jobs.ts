/**
 * Every job there is. Payloads hold opaque ids alone (R30): a worker reads the rows, which are the truth, and a lost queue
 * is refilled from them. `requestId` ties a job's log lines to the request that caused it.
 */
export interface Jobs {
  'photo.process': { uploadId: string };
  'heif.process': { uploadId: string };
  'clip.process': { uploadId: string };
  'voice.process': { uploadId: string };
  'story.spread': { snapId: string };
  'hour.close': { label: number };
  'account.purge': { personId: string };
  'erasure.settle': { erasureId: string };
  'push.wake': { deviceId: string };
}

export type JobName = keyof Jobs;
export type JobPayload<N extends JobName> = Jobs[N] & { requestId?: string };

/** Features bring handlers; the worker refuses to start if a job has none or two. */
export abstract class JobHandler<N extends JobName = JobName> {
  abstract readonly name: N;
  /** Idempotent: re-checks its condition against the rows. Throwing means "again later". */
  abstract handle(payload: JobPayload<N>): Promise<void>;
  /** Shutdown has begun. What takes longer than a process is given to end stops here and throws: it runs again elsewhere. */
  stopping?(): void;
}
