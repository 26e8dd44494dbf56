import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { eventData } from '../../dist/src/app/event-data.js';
import { Flits } from '../../dist/src/app/flits.js';
import { startEmbeddedPostgres } from '../../dist/src/embedded/index.js';
import { asyncApiDocument } from '../../dist/src/features/realtime/index.js';
import { loadConfig } from '../../dist/src/platform/config/index.js';
import { migrate } from '../../dist/src/platform/database/index.js';
import { ADMIN_DOCUMENT, buildOpenApi } from '../../dist/src/platform/http/index.js';
import { createLogger } from '../../dist/src/platform/observability/index.js';
import { configurationPage } from './configuration.mjs';
import { errorsPage } from './errors.mjs';
import { limitsPage } from './limits.mjs';
import { metricsPage } from './metrics.mjs';
import { queryFiles } from './queries.mjs';

/** Folders of which every file is generated. */
export const GENERATED_FOLDERS = ['contract/queries'];

/**
 * Everything generated, path to text. The same on every machine and at any time of day: what hangs on the clock (partitions
 * of living hours) is asked of a database with hours of its own, before the server makes others.
 */
export async function generate() {
  const folder = mkdtempSync(join(tmpdir(), 'flits-contract-'));
  // Whoever runs PostgreSQL must be able to pass, and mkdtemp closes the folder.
  chmodSync(folder, 0o711);
  const undo = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const log = createLogger({ level: 'fatal' });
    const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log, durable: false });
    undo.push(() => postgres.stop());
    await migrate(postgres);
    const queries = await queryFiles(postgres.ownerUrl.reveal());
    const flits = await Flits.start(configuration(folder, postgres), { log });
    undo.push(() => flits.stop());
    return new Map([
      ['contract/openapi.json', json(sorted(buildOpenApi(flits.app)))],
      ['contract/openapi-admin.json', json(sorted(buildOpenApi(flits.admin, ADMIN_DOCUMENT)))],
      [
        'contract/asyncapi.yaml',
        `# Generated from src/features/realtime/frames.ts and src/app/event-data.ts by npm run contract. Do not edit.\n${stringify(asyncApiDocument(eventData), { lineWidth: 120 })}`,
      ],
      ...queries,
      ['docs/configuration.md', configurationPage()],
      ['docs/errors.md', errorsPage()],
      ['docs/limits.md', limitsPage()],
      ['docs/metrics.md', await metricsPage()],
    ]);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** Nothing of the caller's environment: the documents must not depend on who makes them. */
function configuration(folder, postgres) {
  return loadConfig({
    NODE_ENV: 'test',
    PORT: '0',
    ADMIN_PORT: '0',
    PUBLIC_URL: 'http://localhost:3000',
    DATABASE_URL: postgres.appUrl.reveal(),
    DATABASE_OWNER_URL: postgres.ownerUrl.reveal(),
    FLITS_DATA: folder,
    FLITS_VAULT: join(folder, 'vault'),
  });
}

/** Paths and schemas in the alphabet's order, so that moving a module moves nothing here. */
function sorted({ paths, components, ...document }) {
  const { schemas, ...others } = components;
  return { ...document, paths: byName(paths), components: { ...others, schemas: byName(schemas) } };
}

function byName(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
