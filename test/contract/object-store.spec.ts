import { objectStoreContract } from './object-store.js';
import { signedLinksContract } from './signed-links.js';
import { openFolderStore, openS3Store, s3Settings } from './stores.js';

describe('FolderStore', () => {
  objectStoreContract(openFolderStore);
  signedLinksContract(openFolderStore);
});

/** On the S3 server that TEST_S3_ENDPOINT, TEST_S3_ACCESS_KEY_ID and TEST_S3_SECRET_ACCESS_KEY name. */
(s3Settings() ? describe : describe.skip)('S3Store', () => {
  objectStoreContract(openS3Store);
  signedLinksContract(openS3Store);
});
