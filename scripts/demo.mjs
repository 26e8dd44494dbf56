// npm run demo [-- http://address] [-- photo.jpg] [-- --own]: the command `flits demo`, built first where a source has changed.
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt();
process.argv.splice(2, 0, 'demo');
await import('../dist/src/cli/main.js');
