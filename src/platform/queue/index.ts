export { BullJobQueue } from './bull-job-queue.js';
export { JobHost } from './job-host.js';
export { JobQueue } from './job-queue.js';
export { JobHandler, type JobName, type JobPayload, type Jobs } from './jobs.js';
export { migrateQueue } from './migrate-queue.js';
export { PostgresBackend } from './postgres-backend.js';
export { type QueueBackend } from './queue-backend.js';
export { queueOf, queues, type QueueName, type QueueSettings, type QueueTable } from './queues.js';
export { RedisBackend } from './redis-backend.js';
