import type { Config } from '../platform/config/index.js';
import { Flits } from './flits.js';
import { welcome } from './welcome.js';

/**
 * Starts the role, says so, stops on the first signal and dies on the second. Signals are heard from the beginning: the port
 * answers a moment before everything stands. @throws Error in words where it cannot start
 */
export async function serve(config: Config): Promise<void> {
  const starting = Flits.start(config);
  const stop = (signal: NodeJS.Signals) => {
    process.once(signal, () => process.exit(1));
    void starting.then(
      async (flits) => {
        flits.log.info({ signal }, 'stopping');
        await flits.stop();
        process.exit(0);
      },
      () => undefined, // it did not start, and whoever awaits it says why
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const flits = await starting;
  process.stdout.write(welcome(flits.config));
}
