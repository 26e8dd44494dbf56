import embedded, { HEAVY } from './jest.config.mjs';

/** `npm run test:heavy`: what `npm test` leaves out, on embedded services like that. */
export default { ...embedded, testMatch: undefined, testRegex: HEAVY, testPathIgnorePatterns: ['/node_modules/'] };
