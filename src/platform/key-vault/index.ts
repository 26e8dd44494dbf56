export { HourKeys } from './hour-keys.js';
export { KeyVault } from './key-vault.js';
export { ObjectKeyVault } from './object-key-vault.js';
