import { Option } from 'commander';
import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LogKey, logKeyOf } from '../../features/ledger/index.js';
import { Secret, type Config } from '../../platform/config/index.js';
import type { CliCall, CliCommand, CliResult } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { reachDatabase } from '../reach.js';

/** Makes the next key of the log. Old receipts and heads stay verifiable: the server goes on naming the keys they bear. */
export const keysRotate: CliCommand = {
  name: 'keys rotate',
  summary: 'make the next signing key of the log and put it where the present one is',
  options: [
    new Option('--log', 'the key that signs receipts and heads'),
    new Option('--out <file>', 'where the new key goes, if neither LOG_SIGNING_KEY_FILE nor FLITS_VAULT says so'),
  ],
  destroys: true,
  async run(call) {
    if (call.options.log !== true) throw new CliError('Say which key: --log', EXIT.misunderstood);
    const services = await reachDatabase(call.environment);
    try {
      return await rotate(services.config, call);
    } finally {
      await services.stop();
    }
  },
};

async function rotate(config: Config, { environment, options, isDryRun }: CliCall): Promise<CliResult> {
  const present = logKeyOf(config);
  const place = placeOf(config, environment, options.out);
  if (isDryRun) {
    return {
      words: [
        `The log's key is ${present.verifierKey()}`,
        `With --yes a new one is written to ${place}, in the place of what is there. Nothing was changed.`,
      ],
      data: { dry_run: true, present: present.verifierKey(), file: place },
    };
  }
  const seed = randomBytes(32).toString('base64');
  const next = new LogKey(new Secret(seed), present.origin);
  // Whole or not at all: a process that starts meanwhile reads one key or the other.
  await writeFile(`${place}.next`, `${seed}\n`, { mode: 0o600 });
  await rename(`${place}.next`, place);
  return {
    words: [
      `The new key is in ${place}: ${next.verifierKey()}`,
      'Now restart every process, workers too: from its restart on each signs with the new key, and GET /v1/server names both.',
      'Tell those who noted the old key, in a place that is not this server: they verify with --key OLD --key NEW.',
    ],
    data: { dry_run: false, previous: present.verifierKey(), present: next.verifierKey(), file: place },
  };
}

/** Where the running server would look for it. @throws CliError where that is the environment itself */
function placeOf(config: Config, environment: NodeJS.ProcessEnv, out: unknown): string {
  if (typeof out === 'string') return resolve(out);
  if (environment.LOG_SIGNING_KEY_FILE) return resolve(environment.LOG_SIGNING_KEY_FILE);
  if (environment.LOG_SIGNING_KEY) {
    throw new CliError(
      'LOG_SIGNING_KEY stands in the environment, where no command can change it: name a file with --out, and give its content as LOG_SIGNING_KEY (or the file as LOG_SIGNING_KEY_FILE) at the restart.',
    );
  }
  return resolve(join(config.FLITS_VAULT, 'log-signing.key'));
}
