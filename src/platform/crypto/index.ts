export { decryptBlob, encryptBlob, encryptedLength, BlobError, BLOB_KEY_BYTES } from './aes128gcm.js';
export { freshBytes } from './fresh-bytes.js';
export { sealKey, unsealKey } from './key-wrap.js';
export { deriveKey, hmac, sameBytes } from './keyed.js';
export { MasterKeys } from './master-keys.js';
export { RecordCipher, writeHeader } from './records.js';
