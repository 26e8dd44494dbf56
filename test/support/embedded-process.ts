import { startEmbeddedPostgres } from '../../src/embedded/index.js';

/** A process that holds an embedded PostgreSQL until it is killed; run with the TypeScript loader. Argument: the folder. */
const folder = process.argv[2] ?? '';
const log = { info: () => undefined, warn: () => undefined };
try {
  const postgres = await startEmbeddedPostgres({ folder, log, durable: false });
  process.stdout.write(`${JSON.stringify({ appUrl: postgres.appUrl.reveal(), port: postgres.port })}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`);
  process.exitCode = 1;
}
