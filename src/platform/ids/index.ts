export { Hours } from './hours.js';
export { Ids, Random } from './ids.js';
export { leastId, makeMortalId, MORTAL_ID_RANDOM_BYTES, readLabel } from './mortal-id.js';
export { bytesOfUuid, uuidOfBytes } from './uuid-bytes.js';
export { makeReadableCode, readableForm } from './readable-code.js';
