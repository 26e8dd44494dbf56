import { InvalidArgumentError, Option } from 'commander';
import { Random } from '../../platform/ids/index.js';
import { Invites } from '../../features/people/index.js';
import type { CliCommand } from '../cli-command.js';
import { withDatabase } from '../with-database.js';

const MOST_USES = 10_000;
const MOST_DAYS = 365;

/** For a server whose REGISTRATION is `invite`; also while it runs. The code is printed this once. */
export const invite: CliCommand = {
  name: 'invite',
  summary: 'make an invite to sign up with; its code is shown this once',
  options: [
    new Option('--uses <n>', 'how many people may sign up with it').default(1).argParser(between(1, MOST_USES)),
    new Option('--days <n>', 'for how long it is good').default(7).argParser(between(1, MOST_DAYS)),
  ],
  run: ({ options, environment }) =>
    withDatabase(environment, async ({ config, database, keys }) => {
      const [uses, days] = [Number(options.uses), Number(options.days)];
      const { code, expiresAt } = await new Invites(database, new Random(), keys).create({ uses, days });
      return {
        words: [
          code,
          `Good for ${uses === 1 ? 'one sign-up' : `${uses} sign-ups`} until ${expiresAt.toISOString()}; it cannot be shown again.`,
          ...(config.REGISTRATION === 'invite' ? [] : [`REGISTRATION is ${config.REGISTRATION}: invites count once it is \`invite\`.`]),
        ],
        data: { code, uses, expires_at: expiresAt.toISOString() },
      };
    }),
};

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`);
    return value;
  };
}
