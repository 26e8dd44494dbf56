import { base } from './jest.base.mjs';

/** `npm test`: every tier, on one embedded PostgreSQL that global setup starts. Suites skip what needs TEST_SERVICES. */
export default {
  ...base,
  testMatch: ['<rootDir>/{src,migrations,test,bench}/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
