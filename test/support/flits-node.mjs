// One process of a Flits with several, as `npm start` runs it by ROLE, with limits that a crowd of hundreds on one address
// does not meet. Needs `dist`.
import { Flits } from '../../dist/src/app/flits.js';
import { loadConfig } from '../../dist/src/platform/config/index.js';

const flits = await Flits.start(loadConfig(), { limitScale: 1000 });
process.once('SIGTERM', () => void flits.stop().then(() => process.exit(0)));
