import { base } from './jest.base.mjs';

/** `npm run test:services`: the suites that meet backing services, run again on Redis and an independent S3 server. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/{contract,e2e,faults,integration}/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
