import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Secret } from '../../config/index.js';
import { BACKUP_HEADER, END_OF_TABLE, type BackupHead } from './backup-format.js';
import { lastingTables } from './lasting-tables.js';

/**
 * Writes everything lasting of a database, as of one moment, while it is in use: one REPEATABLE READ transaction. Schema
 * `mortal` is left out, so that no backup outlives what was promised to be gone; so is the vault, which is elsewhere. The
 * file gets its name when it is whole and on disk, and only its owner may read it.
 * @param url a role that may read every table @param onTable is told of each table that is written, and how many there are @returns rows by table
 */
export async function writeBackup(
  url: Secret,
  path: string,
  version: string,
  onTable?: (of: number) => void,
): Promise<{ head: BackupHead; rows: Record<string, number> }> {
  const client = new pg.Client({ connectionString: url.reveal(), application_name: 'flits-backup' });
  await client.connect();
  const unfinished = `${path}.unfinished`;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const head = await readHead(client, version);
    const rows: Record<string, number> = {};
    const file = createWriteStream(unfinished, { mode: 0o600, flush: true });
    await pipeline(lines(client, head, rows, onTable), digested(), createGzip(), file);
    await rename(unfinished, path);
    return { head, rows };
  } finally {
    await rm(unfinished, { force: true });
    await client.end();
  }
}

async function readHead(client: pg.Client, version: string): Promise<BackupHead> {
  const { rows: migrations } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp, name');
  const { rows: facts } = await client.query<{ made_at: string; bucket_seconds: number | null }>(`
    SELECT to_char(flits_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS made_at,
           (SELECT value::int FROM settings WHERE name = 'bucket_seconds') AS bucket_seconds`);
  const [fact] = facts;
  if (!fact) throw new Error('the database told no time');
  return { ...fact, version, migrations: migrations.map(({ name }) => name) };
}

async function* lines(
  client: pg.Client,
  head: BackupHead,
  rows: Record<string, number>,
  onTable?: (of: number) => void,
): AsyncGenerator<Buffer> {
  yield line(BACKUP_HEADER);
  yield line(JSON.stringify(head));
  const tables = await lastingTables(client);
  for (const { name, columns } of tables) {
    yield line(JSON.stringify({ table: name, columns }));
    const copy = client.query(copyTo(`COPY ${name} (${columns.join(', ')}) TO STDOUT`));
    for await (const chunk of copy) yield chunk as Buffer;
    rows[name] = copy.rowCount;
    yield line(END_OF_TABLE);
    onTable?.(tables.length);
  }
}

/** Passes everything on and adds the line that says what it was. */
function digested(): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done: TransformCallback) {
      done(null, line(JSON.stringify({ end: hash.digest('hex') })));
    },
  });
}

const line = (text: string) => Buffer.from(`${text}\n`);
