export { AccountTombstones } from './account-tombstones.js';
export { HourKeys } from './hour-keys.js';
export { KeyVault } from './key-vault.js';
export { ObjectAccountTombstones } from './object-account-tombstones.js';
export { HOUR_KEYS_PREFIX, ObjectKeyVault } from './object-key-vault.js';
