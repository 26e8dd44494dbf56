import type { Processor, Queue, Worker, WorkerOptions } from 'bullmq';

/**
 * Where BullMQ keeps its jobs. One of these a process, shared by `BullJobQueue` and `JobHost`, so that its connections are
 * counted in one place. Adapters: PostgreSQL, Redis; BullMQ itself makes them behave alike, our contract suite checks it.
 */
export interface QueueBackend {
  /** Resolves once it answers. @throws Error in words for the operator where it cannot be used as it is */
  check(): Promise<void>;
  /** Whether it answers at this moment; resolves within a second. */
  isUp(): Promise<boolean>;
  queue(name: string): Queue;
  worker(name: string, process: Processor, options: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker;
  /** After every queue and worker is closed. */
  close(): Promise<void>;
}

/** BullMQ keeps a stream of events that nobody here reads (it loses some on PostgreSQL): as short as it can be. */
export const EVENTS_KEPT = 256;
