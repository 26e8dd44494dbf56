export { armCrashPoint, crashPoint, crashPoints, type CrashPoint } from './crash-points.js';
export { describeError, type ErrorDescription } from './error-description.js';
export { Log } from './log.js';
export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { Metrics } from './metrics.js';
export { NestLogger } from './nest-logger.js';
export { currentRequestId, runInContext, type RequestContext } from './request-context.js';
export { sparingly } from './sparing-log.js';
