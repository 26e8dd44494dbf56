// npm run flits -- …: the command line, built first where a source has changed.
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt();
await import('../dist/src/cli/main.js');
