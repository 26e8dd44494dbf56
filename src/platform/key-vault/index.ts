export { AccountTombstones } from './account-tombstones.js';
export { ForeignKeyError } from './foreign-key-error.js';
export { HourKeys } from './hour-keys.js';
export { KeyVault } from './key-vault.js';
export { ObjectAccountTombstones } from './object-account-tombstones.js';
export { HOUR_KEYS_PREFIX, ObjectKeyVault } from './object-key-vault.js';
export { isForeign, rewrapAll } from './rewrap.js';
