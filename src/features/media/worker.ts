/** The worker's face of this feature, apart from index.ts: jobs, sweeps and decoders, which nobody else needs. */
export { ProcessUploadHandler } from './jobs/process-upload.handler.js';
export { MediaWorkerModule } from './media.worker.module.js';
