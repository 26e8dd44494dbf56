export { type LimiterOptions } from './flexible-limiter.js';
export { Limiter } from './limiter.js';
export { limits, type LimitName } from './limits.table.js';
export { MemoryLimiter } from './memory-limiter.js';
export { RedisLimiter } from './redis-limiter.js';
