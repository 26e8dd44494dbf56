import type { JobHandler, JobName } from './jobs.js';
import type { QueueTable } from './queues.js';

/**
 * Each job's one handler, by name.
 * @throws Error naming every job of the table that has none or several, and every handler whose job is in no queue
 */
export function routeHandlers(handlers: readonly JobHandler[], table: QueueTable): ReadonlyMap<JobName, JobHandler> {
  const jobs = new Set(Object.values(table).flatMap((queue) => queue.jobs));
  const faults: string[] = [];
  const routes = new Map<JobName, JobHandler>();
  for (const handler of handlers) {
    if (!jobs.has(handler.name)) faults.push(`${handler.name} has a handler but no queue`);
    else if (routes.has(handler.name)) faults.push(`${handler.name} has more than one handler`);
    else routes.set(handler.name, handler);
  }
  for (const job of jobs) if (!routes.has(job)) faults.push(`${job} has no handler`);
  if (faults.length > 0) throw new Error(`The worker cannot start: ${faults.join('; ')}.`);
  return routes;
}
