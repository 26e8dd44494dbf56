import { base } from './jest.base.mjs';

/** Suites that start whole processes by the dozen, or take services down: they would double the time of `npm test`, so they run apart. */
export const HEAVY = [
  'contract/doctor',
  'faults/(crashes|purge-many|second-start)',
  'e2e/(api-tour|demo|erasables|key-rotation|log|log-secrets|master-key-rotation|moderation-by-curl|no-copy-tells|purge-command|queue-board|restore)',
  'integration/(disk-reserve|embedded-postgres|http-away|two-nodes)',
].map((suites) => `/test/${suites}\\.spec\\.ts$`);

/** `npm test`: every tier, on one embedded PostgreSQL that global setup starts. Suites skip what needs TEST_SERVICES. */
export default {
  ...base,
  testMatch: ['<rootDir>/{src,migrations,test,bench}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...HEAVY],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
