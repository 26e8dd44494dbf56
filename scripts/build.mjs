// npm run build: `dist`, whether or not a source has changed.
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt({ force: true });
