import type { Config } from '../platform/config/index.js';
import { Flits } from './flits.js';
import { welcome } from './welcome.js';

/** Starts the role, says so, stops on the first signal and dies on the second. @throws Error in words where it cannot start */
export async function serve(config: Config): Promise<void> {
  const flits = await Flits.start(config);
  process.stdout.write(welcome(flits.config));
  const stop = (signal: NodeJS.Signals) => {
    flits.log.info({ signal }, 'stopping');
    process.once(signal, () => process.exit(1));
    void flits.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
