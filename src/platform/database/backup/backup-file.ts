import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BACKUP_HEADER, BackupError, END_OF_TABLE, type BackupHead, type TableHead } from './backup-format.js';

const LINE_FEED = 0x0a;

/** What stands in a file, found by reading it to its end. */
export interface BackupContents {
  readonly head: BackupHead;
  readonly rows: Readonly<Record<string, number>>;
}

export type BackupItem = { readonly kind: 'table'; readonly table: TableHead } | { readonly kind: 'row'; readonly text: string };

/** A backup on disk. It is read as a stream: backups are larger than memory. */
export class BackupFile {
  constructor(readonly path: string) {}

  /** Reads all of it. @param onRow sees each row before it is known whether the file is whole @throws BackupError where it is not */
  async inspect(onRow?: (table: TableHead, row: string) => void): Promise<BackupContents> {
    const rows: Record<string, number> = {};
    const items = this.items();
    let table: TableHead | undefined;
    for (;;) {
      const { value, done } = await items.next();
      if (done) return { head: value, rows };
      if (value.kind === 'table') {
        table = value.table;
        rows[table.table] = 0;
      } else if (table) {
        rows[table.table] = (rows[table.table] ?? 0) + 1;
        onRow?.(table, value.text);
      }
    }
  }

  /** Tables, each followed by its rows. @returns the head, once the file has shown to be whole @throws BackupError */
  async *items(): AsyncGenerator<BackupItem, BackupHead> {
    const hash = createHash('sha256');
    const source = this.#lines();
    const next = async (): Promise<string | undefined> => (await source.next()).value as string | undefined;
    const take = (text: string) => hash.update(text).update('\n');

    const [header, headText] = [await next(), await next()];
    if (header !== BACKUP_HEADER || headText === undefined) throw new BackupError(`${this.path} is not a backup that this Flits can read.`);
    take(header);
    take(headText);
    for (;;) {
      const text = await next();
      const part = text === undefined ? undefined : (parsed(text) as Partial<TableHead> & { readonly end?: string });
      if (text !== undefined && part?.end !== undefined) {
        const isWhole = part.end === hash.digest('hex') && (await next()) === undefined;
        if (!isWhole) break;
        return parsed(headText) as BackupHead;
      }
      if (text === undefined || !part?.table || !part.columns) break;
      take(text);
      yield { kind: 'table', table: { table: part.table, columns: part.columns } };
      for (let row = await next(); row !== END_OF_TABLE; row = await next()) {
        if (row === undefined) throw this.#damaged();
        take(row);
        yield { kind: 'row', text: row };
      }
      take(END_OF_TABLE);
    }
    throw this.#damaged();
  }

  async *#lines(): AsyncGenerator<string> {
    const source = createReadStream(this.path);
    const plain = createGunzip();
    source.on('error', (error) => plain.destroy(error));
    source.pipe(plain);
    try {
      yield* splitAtLineFeeds(plain);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') throw new BackupError(`${this.path} cannot be read: ${code}`);
      throw this.#damaged(error);
    } finally {
      source.destroy();
    }
  }

  #damaged(cause?: unknown): BackupError {
    return new BackupError(`${this.path} is damaged or cut short: what it holds is not what was written.`, { cause });
  }
}

/** Line feeds alone: names may hold other characters that readers of lines take for an end. */
async function* splitAtLineFeeds(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of source) {
    let at = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, at)) {
      yield Buffer.concat([...rest, chunk.subarray(at, end)]).toString();
      rest = [];
      at = end + 1;
    }
    if (at < chunk.length) rest.push(chunk.subarray(at));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
