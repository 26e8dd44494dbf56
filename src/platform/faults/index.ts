export { errorCodes, type ErrorCode } from './error-codes.js';
export { Fault, type FaultExtra } from './fault.js';
