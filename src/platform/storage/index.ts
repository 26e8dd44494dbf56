export { FolderStore } from './folder-store.js';
export { S3Store } from './s3-store.js';
export {
  ObjectStore,
  ObjectStoreError,
  type DeleteResult,
  type GetGrant,
  type ObjectHead,
  type PutGrant,
  type SignedPut,
} from './object-store.js';
