import { base } from './jest.base.mjs';

/** `npm run test:unit`: the pure tier, beside its sources; no PostgreSQL, no ports. */
export default { ...base, testMatch: ['<rootDir>/src/**/*.spec.ts'] };
