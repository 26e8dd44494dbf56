/** The worker's face of this feature, apart from index.ts: it loads libvips, which nobody else needs. */
export { ProcessUploadHandler } from './jobs/process-upload.handler.js';
export { MediaWorkerModule } from './media.worker.module.js';
