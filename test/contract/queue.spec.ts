import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Clock } from '../../src/platform/clock/index.js';
import { currentRequestId, Metrics, runInContext } from '../../src/platform/observability/index.js';
import {
  BullJobQueue,
  JobHandler,
  JobHost,
  queues,
  type JobName,
  type JobPayload,
  type QueueBackend,
  type QueueName,
  type QueueSettings,
} from '../../src/platform/queue/index.js';
import { until } from './recorded-log.js';
import { stages, type Stage } from './queue-stage.js';

class WallClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

interface Call {
  readonly payload: JobPayload<JobName>;
  readonly requestId: string | undefined;
  readonly at: number;
}

/** Hands each call to whoever waits for it; what it does with a job is set by the test. */
class Handler<N extends JobName> extends JobHandler<N> {
  readonly calls: Call[] = [];
  work: (payload: JobPayload<N>) => Promise<void> = () => Promise.resolve();
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  constructor(override readonly name: N) {
    super();
  }

  override async handle(payload: JobPayload<N>): Promise<void> {
    this.calls.push({ payload, requestId: currentRequestId(), at: Date.now() });
    for (const { count, resolve } of this.#waiting) if (this.calls.length >= count) resolve();
    await this.work(payload);
  }

  called(count: number): Promise<void> {
    if (this.calls.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** Every queue there is, in a hurry. */
const quick = Object.fromEntries(
  Object.entries<QueueSettings>(queues).map(([name, settings]) => [
    name,
    { ...settings, attempts: 3, backoffMs: 20, lockMs: 3000, keepFailed: 3 },
  ]),
) as Record<QueueName, QueueSettings>;
const everyJob = Object.values(quick).flatMap(({ jobs }) => jobs);

describe.each(stages)('JobQueue on %s', (_name, openStage) => {
  let stage: Stage;
  let backend: QueueBackend;
  let queue: BullJobQueue;
  let host: JobHost | undefined;
  let metrics: Metrics;
  let photo: Handler<'photo.process'>;
  let clip: Handler<'clip.process'>;
  let hour: Handler<'hour.close'>;
  let erasure: Handler<'erasure.settle'>;
  /** Jobs that this suite does not look at. */
  let others: Handler<JobName>[];

  let timersBefore: number;

  beforeAll(async () => {
    timersBefore = timers();
    stage = await openStage();
  });
  afterAll(async () => {
    await stage.close();
    // BullMQ waits out a pause of some seconds after a broken connection, closed or not, and the process with it.
    await until(() => (timers() <= timersBefore ? true : undefined));
  });

  beforeEach(async () => {
    backend = stage.open();
    metrics = new Metrics();
    [photo, clip, hour] = [new Handler('photo.process'), new Handler('clip.process'), new Handler('hour.close')];
    erasure = new Handler('erasure.settle');
    others = everyJob.filter((job) => ![photo, clip, hour, erasure].some(({ name }) => name === job)).map((job) => new Handler(job));
    queue = new BullJobQueue(backend, new WallClock(), stage.log, metrics, quick);
    await queue.start();
  });
  afterEach(async () => {
    stage.proxy.heal();
    await host?.close();
    host = undefined;
    for (const name of ['photo', 'clip'] as const)
      await backend
        .queue(name)
        .obliterate({ force: true })
        .catch(() => undefined);
    await queue.close();
    await backend.close();
  });

  async function work(on = backend): Promise<void> {
    host = new JobHost(on, [photo, clip, hour, erasure, ...others], stage.log, metrics, quick);
    await host.start();
  }

  async function counted(name: string, outcome: string, atLeast = 1): Promise<number> {
    return until(async () => {
      const { values } = await metrics.jobs.get();
      const value = values.find(({ labels }) => labels.name === name && labels.outcome === outcome)?.value ?? 0;
      return value >= atLeast ? value : undefined;
    });
  }

  it('R19: a photo waits behind no clip, however many are in line', async () => {
    let finish: () => void = () => undefined;
    clip.work = () => new Promise<void>((resolve) => (finish = resolve));
    await work();
    for (const uploadId of ['one', 'two', 'three']) await queue.add('clip.process', { uploadId }, { key: uploadId });
    await clip.called(1);
    await queue.add('photo.process', { uploadId: 'photo' });
    await photo.called(1);
    expect(await counted('photo.process', 'done')).toBe(1);
    expect(clip.calls).toHaveLength(1);
    clip.work = () => Promise.resolve();
    finish();
    await clip.called(3);
  });

  it('brings a job with its ids and its request to the handler', async () => {
    await work();
    const uploadId = randomUUID();
    await runInContext({ requestId: 'r-42' }, () => queue.add('photo.process', { uploadId }));
    await photo.called(1);
    expect(photo.calls[0]).toMatchObject({ payload: { uploadId, requestId: 'r-42' }, requestId: 'r-42' });
    expect(await counted('photo.process', 'done')).toBe(1);
    expect(stage.logged()).toContain('"msg":"job done"');
  });

  it('holds a job back until its time, and one that waits is moved by a later add of its key', async () => {
    await work();
    const at = Date.now() + 300;
    await queue.add('hour.close', { label: 1 }, { key: '1', at });
    await queue.add('hour.close', { label: 2 }, { key: '2', at: Date.now() + 3_600_000 });
    await hour.called(1);
    expect(hour.calls[0]?.payload).toMatchObject({ label: 1 });
    expect(hour.calls[0]?.at).toBeGreaterThanOrEqual(at - 1);
    await queue.add('hour.close', { label: 2 }, { key: '2' });
    await hour.called(2);
    expect(hour.calls[1]?.payload).toMatchObject({ label: 2 });
  });

  it('tries again what threw', async () => {
    photo.work = () => (photo.calls.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve());
    await work();
    await queue.add('photo.process', { uploadId: randomUUID() });
    expect(await counted('photo.process', 'done')).toBe(1);
    expect(await counted('photo.process', 'retried', 2)).toBe(2);
    expect(photo.calls).toHaveLength(3);
  });

  it('R54: five adds with one key are one job, waiting or running, and the key is free afterwards', async () => {
    let finish = (): void => undefined;
    erasure.work = () => new Promise((resolve) => (finish = resolve));
    const add = (): Promise<void> => queue.add('erasure.settle', { erasureId: 'e' }, { key: 'e' });
    await Promise.all(Array.from({ length: 5 }, add));
    await work();
    await erasure.called(1);
    await add();
    expect(await counted('erasure.settle', 'joined', 5)).toBe(5);
    finish();
    await counted('erasure.settle', 'done');
    await until(async () => ((await backend.queue('erasure').getJobCountByTypes('active')) === 0 ? true : undefined));
    await add();
    await erasure.called(2);
    finish();
    await counted('erasure.settle', 'done', 2);
    expect(erasure.calls).toHaveLength(2);
  });

  it('R33: keeps and counts a job that failed for good, without what its error knew, and lets its key go', async () => {
    photo.work = () => Promise.reject(Object.assign(new Error('GET https://s.example/o?sig=c4n4ry failed'), { token: 'c4n4ry' }));
    await work();
    const add = (): Promise<void> => queue.add('photo.process', { uploadId: 'u' }, { key: 'u' });
    await add();
    expect(await counted('photo.process', 'failed')).toBe(1);
    const [kept] = await until(async () => {
      const failed = await backend.queue('photo').getFailed();
      return failed.length > 0 ? failed : undefined;
    });
    expect(kept).toMatchObject({
      name: 'photo.process',
      data: { uploadId: 'u' },
      failedReason: 'Error: GET https://s.example/o?[redacted] failed',
    });
    expect(await stage.dump()).not.toContain('c4n4ry');
    expect(stage.logged()).not.toContain('c4n4ry');
    photo.work = () => Promise.resolve();
    await add();
    expect(await counted('photo.process', 'done')).toBe(1);
  });

  it('fails a job that nobody knows, at once', async () => {
    await work();
    await backend.queue('photo').add('photo.mystery', {}, { attempts: 5, jobId: randomUUID() });
    expect(await counted('unknown', 'failed')).toBe(1);
    const [kept] = await until(async () => {
      const failed = await backend.queue('photo').getFailed();
      return failed.length > 0 ? failed : undefined;
    });
    expect(kept).toMatchObject({ attemptsMade: 1, failedReason: expect.stringContaining('no such job: photo.mystery') as string });
  });

  it('R30: of what is done the store keeps no job, of what failed no more than the newest', async () => {
    await work();
    for (let n = 0; n < 4; n += 1) await queue.add('clip.process', { uploadId: `done-${n}` });
    await counted('clip.process', 'done', 4);
    await until(async () => ((await backend.queue('clip').getJobCounts('active')).active === 0 ? true : undefined));
    expect(await backend.queue('clip').getCompleted()).toEqual([]);
    clip.work = () => Promise.reject(new Error('poison'));
    for (let n = 0; n < quick.clip.keepFailed + 2; n += 1) await queue.add('clip.process', { uploadId: `failed-${n}` });
    await counted('clip.process', 'failed', quick.clip.keepFailed + 2);
    const kept = await until(async () => {
      const failed = await backend.queue('clip').getFailed();
      return failed.some(({ data }) => (data as { uploadId?: string }).uploadId === `failed-${quick.clip.keepFailed + 1}`)
        ? failed
        : undefined;
    });
    expect(kept).toHaveLength(quick.clip.keepFailed);
    for (const { data } of kept) expect(Object.keys(data as object)).toEqual(['uploadId']);
  });

  it('a paused queue is paused for every worker, also after a restart, and takes jobs all the same', async () => {
    await work();
    await Promise.all([queue.desk.pause('photo'), queue.desk.pause('photo')]);
    await host?.close();
    await queue.add('photo.process', { uploadId: 'waits' });
    const [again, clock] = [stage.open(), new WallClock()];
    const other = new BullJobQueue(again, clock, stage.log, metrics, quick);
    const [photos] = (await other.desk.list()).filter(({ name }) => name === 'photo');
    expect(photos).toMatchObject({ isPaused: true, waiting: 1, active: 0 });
    expect(photos?.oldestWaitingSeconds).toBeGreaterThan(0);
    await work(again);
    await queue.add('clip.process', { uploadId: 'goes on' });
    await clip.called(1);
    expect(photo.calls).toHaveLength(0);
    await Promise.all([other.desk.resume('photo'), other.desk.resume('photo')]);
    await photo.called(1);
    expect((await queue.desk.list()).find(({ name }) => name === 'photo')).toMatchObject({ isPaused: false });
    await host?.close();
    host = undefined;
    await other.close();
    await again.close();
  });

  it('R33: shows what failed by reason, with ids alone, and puts it back in line once', async () => {
    photo.work = ({ uploadId }) => Promise.reject(new Error(uploadId === 'three' ? 'other' : 'away'));
    await work();
    const requestId = 'r-secret';
    for (const uploadId of ['one', 'two', 'three']) await queue.add('photo.process', { uploadId, requestId });
    await counted('photo.process', 'failed', 3);
    const groups = await until(async () => {
      const failures = await queue.desk.failures('photo');
      return failures.reduce((sum, { jobs }) => sum + jobs, 0) === 3 ? failures : undefined;
    });
    expect(groups.map(({ job, reason, jobs }) => ({ job, reason, jobs }))).toEqual([
      { job: 'photo.process', reason: 'Error: away', jobs: 2 },
      { job: 'photo.process', reason: 'Error: other', jobs: 1 },
    ]);
    expect(groups[1]?.newest).toMatchObject([{ subjects: { uploadId: 'three' }, attempts: 3 }]);
    expect(JSON.stringify(groups)).not.toContain(requestId);
    const before = photo.calls.length;
    photo.work = () => Promise.resolve();
    const retried = await Promise.all([queue.desk.retryFailed('photo'), queue.desk.retryFailed('photo')]);
    expect(retried.reduce((sum, count) => sum + count)).toBe(3);
    expect(await counted('photo.process', 'done', 3)).toBe(3);
    expect(photo.calls).toHaveLength(before + 3);
    expect(await queue.desk.failures('photo')).toEqual([]);
  });

  it('gives the job of a worker that died to another', async () => {
    const dead = backend.worker('photo', () => Promise.resolve(), { autorun: false, lockDuration: 300 });
    await queue.add('photo.process', { uploadId: 'orphan' }, { key: 'orphan' });
    const taken = await dead.getNextJob('dead-token', { block: false });
    expect(taken.data).toMatchObject({ uploadId: 'orphan' });
    await work();
    await photo.called(1);
    expect(photo.calls[0]?.payload).toMatchObject({ uploadId: 'orphan' });
    await counted('photo.process', 'done');
    await dead.close();
  });

  it('drains: close waits for the job under way', async () => {
    const order: string[] = [];
    let finish = (): void => undefined;
    photo.work = () => new Promise<void>((resolve) => (finish = resolve)).then(() => void order.push('job done'));
    await work();
    await queue.add('photo.process', { uploadId: randomUUID() });
    await photo.called(1);
    const closing = host?.close().then(() => order.push('closed'));
    // Longer than closing takes by itself, so that a close that does not wait would be seen to.
    setTimeout(finish, 300);
    await closing;
    expect(order).toEqual(['job done', 'closed']);
    expect(await backend.queue('photo').getJobCountByTypes('active', 'waiting', 'failed')).toBe(0);
  });

  it('closes while its store is away, and first lets the job under way end', async () => {
    const order: string[] = [];
    let finish = (): void => undefined;
    photo.work = () => new Promise<void>((resolve) => (finish = resolve)).then(() => void order.push('job done'));
    await work();
    await queue.add('photo.process', { uploadId: randomUUID() });
    await photo.called(1);
    stage.proxy.cut();
    const closing = host?.close().then(() => order.push('closed'));
    setTimeout(finish, 300);
    await closing;
    expect(order).toEqual(['job done', 'closed']);
  });

  it('lives through the loss of all jobs and connections: new jobs work', async () => {
    let finish = (): void => undefined;
    photo.work = () => new Promise((resolve) => (finish = resolve));
    await work();
    await queue.add('photo.process', { uploadId: 'running' }, { key: 'running' });
    await queue.add('hour.close', { label: 3 }, { key: '3', at: Date.now() + 3_600_000 });
    await photo.called(1);
    await stage.disaster();
    finish();
    photo.work = () => Promise.resolve();
    // What the sweep does: add again until it is done.
    await until(async () => {
      await queue.add('photo.process', { uploadId: 'after' }, { key: `after-${randomUUID()}` });
      await queue.add('hour.close', { label: 3 }, { key: '3' });
      return photo.calls.some(({ payload }) => 'uploadId' in payload && payload.uploadId === 'after') && hour.calls.length > 0
        ? true
        : undefined;
    });
  });

  it.each(['cut', 'hang'] as const)(
    'a store that is away (%s) holds no request up, and nobody hears of it but log and metrics',
    async (how) => {
      await queue.add('photo.process', { uploadId: 'before' });
      stage.proxy[how]();
      const started = performance.now();
      await expect(queue.add('photo.process', { uploadId: 'meanwhile' })).resolves.toBeUndefined();
      // 0.8 s and what a busy machine adds; without a limit it would be BullMQ's patience, which has no end.
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(await counted('photo.process', 'lost')).toBe(1);
      stage.proxy.heal();
      await until(async () => {
        await queue.add('photo.process', { uploadId: 'after' });
        const { values } = await metrics.jobs.get();
        return values.some(({ labels, value }) => labels.outcome === 'added' && value >= 2) ? true : undefined;
      });
    },
  );

  it('a worker works again when its store comes back', async () => {
    await work();
    stage.proxy.cut();
    await queue.add('photo.process', { uploadId: 'lost' });
    stage.proxy.heal();
    await until(async () => {
      await queue.add('photo.process', { uploadId: 'found' }, { key: 'found' });
      return photo.calls.length > 0 ? true : undefined;
    });
    expect(photo.calls[0]?.payload).toMatchObject({ uploadId: 'found' });
  });

  it('refuses to start with a job that nobody handles, or two do', () => {
    const start = (handlers: JobHandler[]) => () => new JobHost(backend, handlers, stage.log, metrics, quick);
    expect(start([photo, clip, erasure, ...others])).toThrow('hour.close has no handler');
    expect(start([photo, clip, hour, erasure, ...others, new Handler('hour.close')])).toThrow('hour.close has more than one handler');
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
