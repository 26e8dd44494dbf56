import embedded, { HEAVY } from './jest.config.mjs';

/** `npm run test:heavy`: what `npm test` leaves out, on embedded services like that. */
const { testMatch: _, ...shared } = embedded;
export default { ...shared, testRegex: HEAVY, testPathIgnorePatterns: ['/node_modules/'] };
