// npm run demo [-- URL] [-- photo.jpg]: plays the main job against the running server; see demo/.
import { ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await import('./demo/main.mjs');
