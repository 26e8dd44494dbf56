import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts the helper process that owns this run's PostgreSQL (postgres-server.ts) and tells the workers where to ask it. It
 * brings the database up when the first suite asks, so runs of pure tests pay nothing. It lives as long as the pipe to it:
 * when jest ends, in whatever way, it stops its server and removes every trace.
 */
export default async function setUp() {
  const loader = new URL('../../scripts/lib/typescript.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('./postgres-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', loader, script], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject).once('exit', (code) => reject(new Error(`the helper process of the tests ended with ${code}`)));
  });
  process.env.FLITS_TEST_POSTGRES = address;
  // The AWS SDK announces in each worker which Node it will want in 2027.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  globalThis.flitsTestPostgres = child;
}
