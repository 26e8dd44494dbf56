export { closeRedis, connectRedis } from './connect.js';
