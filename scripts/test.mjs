// npm test [-- jest's arguments]: installs what is missing, then jest, in this process.
import { ensureInstalled } from './ensure.mjs';

await ensureInstalled();
// A shell that exports NODE_ENV=production must not make the tests strict.
process.env.NODE_ENV = 'test';
const { run } = await import('jest');
await run(process.argv.slice(2));
