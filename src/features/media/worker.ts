/** The worker's face of this feature, apart from index.ts: jobs, sweeps and decoders, which nobody else needs. */
export { ProcessClipHandler } from './jobs/process-clip.handler.js';
export { ProcessHeifHandler } from './jobs/process-heif.handler.js';
export { ProcessPhotoHandler } from './jobs/process-photo.handler.js';
export { ProcessVoiceHandler } from './jobs/process-voice.handler.js';
export { MediaWorkerModule } from './media.worker.module.js';
export { findFfmpeg } from './pipeline/av/ffmpeg-tools.js';
export { Workspaces } from './pipeline/av/workspaces.js';
export { libvips } from './pipeline/libvips.js';
export { MediaExplainer, type Explanation } from './pipeline/media-explainer.js';
export { openPipelines } from './pipeline/pipelines.js';
