// npm run contract: writes what is generated from the code: contract/openapi.json, asyncapi.yaml, queries/*.sql,
// docs/configuration.md, docs/errors.md. With --check it writes nothing and ends with 1 where a file is not what it would
// write; see contract/.
import { ensureBuilt, ensureInstalled } from './ensure.mjs';

await ensureInstalled();
await ensureBuilt();
// While a busy machine starts PostgreSQL there may be nothing else to wait for, and Node would end in the middle.
const awake = setInterval(() => undefined, 60_000);
await import('./contract/main.mjs');
clearInterval(awake);
