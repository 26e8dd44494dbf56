import { join } from 'node:path';
import pg from 'pg';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedLog } from '../../src/embedded/index.js';
import { Secret } from '../../src/platform/config/index.js';
import { migrate } from '../../src/platform/database/index.js';
import { say } from './report.js';
import type { Scratch } from './scratch.js';

/** A real, durable PostgreSQL of the bench's own; databases in it are migrated and empty. */
export interface BenchPostgres {
  readonly superUrl: Secret;
  /** @returns URLs of a fresh database, as its owner and as the application */
  createDatabase(name: string): Promise<{ ownerUrl: Secret; appUrl: Secret }>;
}

const log: EmbeddedLog = { info: () => undefined, warn: say };

/**
 * @param settings server settings on top of the embedded defaults, such as `{ autovacuum: 'off' }` where a bench measures
 * alone what PostgreSQL would do in the background
 */
export async function startPostgres(scratch: Scratch, settings: Readonly<Record<string, string>> = {}): Promise<BenchPostgres> {
  const folder = join(await scratch.folder(), 'postgres');
  // Kept before it is there: an interruption in the middle of a start waits for it, and stops it.
  const starting = scratch.keep(startEmbeddedPostgres({ folder, log }), async (started) => {
    await (await started).stop();
    await removeEmbeddedPostgres({ folder, log });
  });
  const server = await starting;
  await asSuper(server.superUrl, async (client) => {
    for (const [name, value] of Object.entries(settings))
      await client.query(`ALTER SYSTEM SET ${pg.escapeIdentifier(name)} = ${pg.escapeLiteral(value)}`);
    await client.query('SELECT pg_reload_conf()');
  });
  return {
    superUrl: server.superUrl,
    async createDatabase(name) {
      const owner = new URL(server.ownerUrl.reveal());
      await asSuper(server.superUrl, async (client) => {
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${pg.escapeIdentifier(decodeURIComponent(owner.username))}`);
      });
      const urls = { ownerUrl: onDatabase(server.ownerUrl, name), appUrl: onDatabase(server.appUrl, name) };
      await migrate(urls);
      return urls;
    },
  };
}

export async function asSuper<T>(superUrl: Secret, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: superUrl.reveal() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function onDatabase(url: Secret, name: string): Secret {
  return new Secret(Object.assign(new URL(url.reveal()), { pathname: `/${name}` }).href);
}
