export { Clock } from './clock.js';
export { DatabaseClock } from './database-clock.js';
export { WallClock } from './wall-clock.js';
