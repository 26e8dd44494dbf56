export { EmbeddedError, type EmbeddedLog } from './embedded-error.js';
export { type FolderLock, lockFolder } from './folder-lock.js';
export { type EmbeddedPostgres, type EmbeddedPostgresSettings, startEmbeddedPostgres } from './postgres.js';
export { isAlive, startMark } from './processes.js';
export { findRunningPostgres } from './running.js';
export { removeEmbeddedPostgres } from './remove.js';
