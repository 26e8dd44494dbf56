export { BackupFile, type BackupContents } from './backup-file.js';
export { BackupError, type BackupHead, type TableHead } from './backup-format.js';
export { loadBackup } from './load-backup.js';
export { writeBackup } from './write-backup.js';
