import type { Config } from '../platform/config/index.js';
import { createLogger } from '../platform/observability/index.js';
import { Flits } from './flits.js';
import { welcome } from './welcome.js';

/** How long a process that is told to go says so at `/readyz` before its door closes: whoever spreads the load asks every second or two. */
const NOTICE_MS = 2000;

/**
 * Starts the role, says so, stops on the first signal and dies on the second. Signals are heard from the beginning: the port
 * answers a moment before everything stands.
 * @param logsToStderr and no welcome: stdout is somebody else's @throws Error in words where it cannot start
 */
export async function serve(config: Config, { logsToStderr = false } = {}): Promise<void> {
  const log = createLogger({
    level: config.LOG_LEVEL,
    base: { role: config.ROLE },
    destination: logsToStderr ? process.stderr : undefined,
  });
  const starting = Flits.start(config, { log });
  const stop = (signal: NodeJS.Signals) => {
    process.once(signal, () => process.exit(1));
    void starting.then(
      async (flits) => {
        flits.log.info({ signal }, 'stopping');
        // Ctrl-C is somebody at a terminal, who spreads no load.
        await flits.stop({ noticeMs: signal === 'SIGTERM' ? NOTICE_MS : 0 });
        process.exit(0);
      },
      () => undefined, // it did not start, and whoever awaits it says why
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const flits = await starting;
  if (!logsToStderr) process.stdout.write(welcome(flits.config));
}
