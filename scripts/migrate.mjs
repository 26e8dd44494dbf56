// npm run migrate: brings DATABASE_URL's database up to date as DATABASE_OWNER_URL, for deployments that migrate apart from
// starting. (With the embedded PostgreSQL `npm start` does it.)
import { ensureBuilt, ensureInstalled } from './ensure.mjs';
import { giveUp, say } from './lib/root.mjs';

await ensureInstalled();
await ensureBuilt();
const { loadConfig } = await import('../dist/src/platform/config/index.js');
const { migrate } = await import('../dist/src/platform/database/index.js');
try {
  const config = loadConfig();
  if (!config.DATABASE_URL || !config.DATABASE_OWNER_URL)
    giveUp('Set DATABASE_URL (the application) and DATABASE_OWNER_URL (the owner): both roles are needed to migrate.');
  await migrate({ ownerUrl: config.DATABASE_OWNER_URL, appUrl: config.DATABASE_URL });
  say('The database is up to date.');
} catch (error) {
  giveUp(error.message);
}
