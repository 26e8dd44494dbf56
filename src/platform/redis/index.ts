export { readRedisFacts, type RedisFacts } from './redis-facts.js';
export { closeRedis, connectRedis } from './connect.js';
