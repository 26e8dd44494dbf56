import { ConfigError, loadConfig } from '../../platform/config/index.js';
import type { CliCommand } from '../cli-command.js';

/** Reads the environment as the server would and starts nothing. */
export const configCheck: CliCommand = {
  name: 'config check',
  summary: 'read the environment as the server would, and name every fault at once',
  async run({ environment }) {
    try {
      const { NODE_ENV: mode, ROLE: role } = loadConfig(environment);
      return { words: [`The configuration has no faults (${mode}, role ${role}).`], data: { faults: [] } };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { ok: false, words: [error.message], data: { faults: error.faults } };
    }
  },
};
