// npm run migrate: brings DATABASE_URL's database up to date as DATABASE_OWNER_URL, for deployments that migrate apart from
// starting. (With the embedded PostgreSQL `npm start` does it.)
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt();
await import('../dist/src/migrate.js');
