import { keyVaultContract, openObjectVault } from './key-vault.js';
import { openFolderStore, openS3Store, s3Settings } from './stores.js';

describe('ObjectKeyVault on a folder', () => {
  keyVaultContract(() => openObjectVault(openFolderStore));
});

/** On the S3 server that TEST_S3_ENDPOINT, TEST_S3_ACCESS_KEY_ID and TEST_S3_SECRET_ACCESS_KEY name. */
(s3Settings() ? describe : describe.skip)('ObjectKeyVault on S3', () => {
  keyVaultContract(() => openObjectVault(openS3Store));
});
