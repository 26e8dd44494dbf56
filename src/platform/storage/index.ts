export { DiskReserve, type DiskSpace } from './disk-reserve.js';
export { FolderStore } from './folder-store.js';
export { FolderStoreRoutes } from './folder-store.routes.js';
export { FolderUrls } from './folder-urls.js';
export {
  ObjectStore,
  ObjectStoreError,
  type DeleteResult,
  type GetGrant,
  type ObjectHead,
  type PutGrant,
  type SignedPut,
} from './object-store.js';
export { askAsStranger } from './s3-public-check.js';
export { DEAD_MAN_DAYS } from './s3-bucket-setup.js';
export { NEEDED_ACTIONS } from './s3-grant.js';
export { S3Store, type S3StoreOptions } from './s3-store.js';
