export { Hints, type Hint } from './hints.js';
export { InProcessHints } from './in-process-hints.js';
export { RedisHints } from './redis-hints.js';
