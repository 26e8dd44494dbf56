import { serve } from './app/serve.js';
import { ConfigError, loadConfig } from './platform/config/index.js';

/** Reads the environment and becomes the server of its role. */
try {
  await serve(loadConfig());
} catch (error) {
  // Words for whoever started it; a stack only where there are none.
  const words = error instanceof Error ? error.message : String(error);
  const stack = process.env.LOG_LEVEL === 'debug' && !(error instanceof ConfigError) ? `\n${(error as Error).stack}` : '';
  process.stderr.write(`\nFlits did not start. ${words}${stack}\n`, () => process.exit(1));
}
