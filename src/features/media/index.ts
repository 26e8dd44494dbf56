export { MediaHttpModule } from './media.http.module.js';
export { MediaModule } from './media.module.js';
export { rejections, wordsFor, type RejectionReason } from './media-rejections.js';
export { UploadEntity } from './upload.entity.js';
export { eraseUpload } from './upload.eraser.js';
export { MAX_PHOTO_BYTES, MAX_PHOTO_MEGABYTES, type UploadRequest } from './upload.policy.js';
export { uploadTransitions, type UploadKind, type UploadState } from './upload.states.js';
export { UploadListeners, type FailedSubject, type UploadListener } from './upload-listeners.js';
export { UploadsService, type TicketedUpload } from './uploads.service.js';
