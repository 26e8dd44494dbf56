// npm start: installs what is missing, builds what changed, then becomes the server (same process: signals go straight to it).
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt();
await import('../dist/src/main.js');
