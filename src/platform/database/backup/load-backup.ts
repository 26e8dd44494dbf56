import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Secret } from '../../config/index.js';
import { BackupError, type BackupHead, type TableHead } from './backup-format.js';
import type { BackupFile, BackupItem } from './backup-file.js';
import { lastingTables } from './lasting-tables.js';

/**
 * Loads a backup into a database whose schema is that of the backup and which holds nothing: one transaction, so all of it
 * or nothing. What migrations themselves put into tables gives way to what the backup holds.
 * @param ownerUrl the tables' owner @param onTable is told of each table that is loaded @throws BackupError where file and tables do not fit, or the file is not whole
 */
export async function loadBackup(ownerUrl: Secret, file: BackupFile, onTable?: () => void): Promise<BackupHead> {
  const client = new pg.Client({ connectionString: ownerUrl.reveal(), application_name: 'flits-restore' });
  await client.connect();
  try {
    await client.query('BEGIN');
    const known = new Map((await lastingTables(client)).map((table) => [table.name, table]));
    await client.query(`TRUNCATE ${[...known.keys()].join(', ')}`);
    const items = new Items(file.items());
    for (let table = await items.table(); table; table = await items.table()) {
      const there = known.get(table.table);
      if (!there || table.columns.some((column) => !there.columns.includes(column))) {
        throw new BackupError(`The backup holds ${table.table}, which this database does not have in that form.`);
      }
      // What triggers would do to these rows they did when the rows were made: figures would count them a second time.
      await client.query(`ALTER TABLE ${table.table} DISABLE TRIGGER USER`);
      const copy = client.query(copyFrom(`COPY ${table.table} (${table.columns.join(', ')}) FROM STDIN`));
      await pipeline(Readable.from(items.rows()), copy);
      await client.query(`ALTER TABLE ${table.table} ENABLE TRIGGER USER`);
      onTable?.();
    }
    await continueSequences(client);
    await client.query('COMMIT');
    return items.head;
  } finally {
    await client.end();
  }
}

/** COPY keeps the numbers of the backup; the next ones come after them. */
async function continueSequences(client: pg.Client): Promise<void> {
  await client.query(`
    DO $$
    DECLARE
      owned record;
    BEGIN
      FOR owned IN
        SELECT c.oid::regclass AS relation, a.attname AS attribute, pg_get_serial_sequence(c.oid::regclass::text, a.attname) AS counter
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('mortal', 'bullmq', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
          AND a.attnum > 0 AND NOT a.attisdropped AND pg_get_serial_sequence(c.oid::regclass::text, a.attname) IS NOT NULL
      LOOP
        EXECUTE format('SELECT setval(%L, coalesce(max(%I), 0) + 1, false) FROM %s', owned.counter, owned.attribute, owned.relation);
      END LOOP;
    END $$`);
}

/** The file as tables with rows behind each: COPY wants a stream that ends where its table does. */
class Items {
  #next?: TableHead;
  #head?: BackupHead;

  constructor(private readonly source: AsyncGenerator<BackupItem, BackupHead>) {}

  get head(): BackupHead {
    if (!this.#head) throw new Error('the backup was not read to its end');
    return this.#head;
  }

  /** The table that comes next; undefined at the end. */
  async table(): Promise<TableHead | undefined> {
    if (!this.#next && !this.#head) await this.#read();
    const table = this.#next;
    this.#next = undefined;
    return table;
  }

  async *rows(): AsyncGenerator<string> {
    for (let text = await this.#read(); text !== undefined; text = await this.#read()) yield `${text}\n`;
  }

  /** @returns a row; undefined where the table is over */
  async #read(): Promise<string | undefined> {
    const { value, done } = await this.source.next();
    if (done) this.#head = value;
    else if (value.kind === 'row') return value.text;
    else this.#next = value.table;
    return undefined;
  }
}
