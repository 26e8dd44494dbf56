import { Flits } from './app/flits.js';
import { welcome } from './app/welcome.js';
import { ConfigError, loadConfig } from './platform/config/index.js';

/** Reads the environment, starts the role, stops on the first signal and dies on the second. */
try {
  const flits = await Flits.start(loadConfig());
  process.stdout.write(welcome(flits.config));
  const stop = (signal: NodeJS.Signals) => {
    flits.log.info({ signal }, 'stopping');
    process.once(signal, () => process.exit(1));
    void flits.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  // Words for whoever started it; a stack only where there are none.
  const words = error instanceof Error ? error.message : String(error);
  const stack = process.env.LOG_LEVEL === 'debug' && !(error instanceof ConfigError) ? `\n${(error as Error).stack}` : '';
  process.stderr.write(`\nFlits did not start. ${words}${stack}\n`, () => process.exit(1));
}
