/**
 * A backup file: gzip over lines of UTF-8.
 *
 *     flits-backup-v1
 *     {"made_at": …, "version": …, "migrations": […], "bucket_seconds": …}
 *     {"table": "\"public\".\"people\"", "columns": […]}
 *     … rows, as COPY writes them as text …
 *     \.
 *     … more tables …
 *     {"end": "<SHA-256 in hex of every line before, their ends included>"}
 *
 * A row never reads `\.`: COPY writes a backslash as two. No line holds a line's end: COPY escapes it.
 */
export const BACKUP_HEADER = 'flits-backup-v1';
export const END_OF_TABLE = '\\.';

export interface BackupHead {
  /** RFC 3339, the database's time when it was begun: everything in it is of that moment. */
  readonly made_at: string;
  /** Of the Flits that made it. */
  readonly version: string;
  /** Names, in the order in which they ran. */
  readonly migrations: readonly string[];
  readonly bucket_seconds: number | null;
}

export interface TableHead {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A backup that cannot be used; its message is for the person at the terminal. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
