/** What every command does first, so that each works in a fresh clone: plain Node, no packages. */
export { ensureBuilt } from './lib/build.mjs';
export { ensureInstalled } from './lib/install.mjs';
