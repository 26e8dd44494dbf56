import { Argument } from 'commander';
import { AdminAudit, AT_COMMAND_LINE } from '../../features/admin/index.js';
import { openTestWakeUps, type PushOutcome, type TestWakeUp } from '../../features/notifications/index.js';
import { WallClock } from '../../platform/clock/index.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { personOf } from '../person-of.js';
import { withDatabase } from '../with-database.js';

const CURES: Readonly<Record<Exclude<PushOutcome['kind'], 'sent'>, string>> = {
  gone: 'the browser or app has given the subscription up; the device makes a new one when it opens',
  later: 'the push service could not take it now; wake-ups are tried again',
  refused: 'the push service will not take it: look at VAPID_SUBJECT, PUSH_ALLOWED_HOSTS and this machine’s way to the internet',
};

/** One empty wake-up to each device of somebody, now, over the very path that workers use; no row is changed by it. */
export const pushTest: CliCommand = {
  name: 'push test',
  summary: "send one wake-up to each of somebody's devices and say what became of it; it carries no content",
  arguments: [new Argument('<handle>', 'whose devices')],
  run: ({ args: [handle = ''], environment }) =>
    withDatabase(environment, async ({ config, database, keys }) => {
      const push = openTestWakeUps({ config, database, keys, clock: new WallClock() });
      try {
        if (!push.isReady)
          throw new CliError('This server sends no push: set VAPID_PRIVATE_KEY and VAPID_SUBJECT (docs/configuration.md).');
        const subject = await personOf(database, handle);
        await new AdminAudit(database).write(AT_COMMAND_LINE, { action: 'person.push_test', subject, reason: 'a test' });
        const tried = await push.wakeUps.send(handle);
        if (!tried || tried.length === 0) throw new CliError('None of this account’s devices has asked to be woken up.');
        return {
          ok: tried.every(({ outcome }) => outcome.kind === 'sent'),
          words: tried.map(words),
          data: {
            devices: tried.map(({ deviceId, provider, outcome }) => ({
              device_id: deviceId,
              provider,
              outcome: outcome.kind,
              why: whyOf(outcome),
            })),
          },
        };
      } finally {
        push.close();
      }
    }),
};

function words({ deviceName, provider, outcome }: TestWakeUp): string {
  if (outcome.kind === 'sent') return `${deviceName} (${provider}): taken by the push service.`;
  const why = whyOf(outcome);
  return `${deviceName} (${provider}): ${outcome.kind}${why === null ? '' : ` (${why})`}; ${CURES[outcome.kind]}.`;
}

function whyOf(outcome: PushOutcome): string | null {
  return 'why' in outcome ? outcome.why : null;
}
