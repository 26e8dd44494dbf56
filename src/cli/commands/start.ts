import { serve } from '../../app/serve.js';
import { loadConfig } from '../../platform/config/index.js';
import type { CliCommand } from '../cli-command.js';

/** The server itself: what `npm start` and the image run. Ends with the first SIGINT or SIGTERM, after draining. */
export const start: CliCommand = {
  name: 'start',
  summary: 'run the server: the role ROLE names, with embedded services for what is not configured',
  async run({ environment, isJson }) {
    const config = loadConfig(environment);
    await serve(config, { logsToStderr: isJson });
    return { words: [], data: { role: config.ROLE, public_url: config.PUBLIC_URL } };
  },
};
