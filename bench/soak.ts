import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { script } from './support/abba.js';
import { report, round4, say } from './support/report.js';
import type { Ask, Started } from './soak/flits.js';
import type { Order, Seen } from './soak/crowd.js';

/** A whole Flits with ten thousand sockets and a steady stream of sends: nothing lost, doubled or out of order, memory flat. */
const SOCKETS = Number(process.env.BENCH_SOCKETS ?? 10_000);
const SENDS_A_SECOND = Number(process.env.BENCH_SENDS ?? 200);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 120);
/** Before memory is compared: queries are planned, code is compiled, pools are full. */
const WARM_SECONDS = 20;

const [server, crowd] = (['flits', 'crowd'] as const).map((name) =>
  fork(fileURLToPath(script(`./soak/${name}`, import.meta.url)), { execArgv: ['--expose-gc'] }),
) as [ChildProcess, ChildProcess];
try {
  const started = await told<Started>(server, { ask: 'start', people: SOCKETS } satisfies Ask);
  await told(crowd, { connect: started });
  say(`  ${SOCKETS} sockets are identified`);
  const order: Order = { ...started, seconds: WARM_SECONDS, sendsASecond: SENDS_A_SECOND };
  await told<Seen>(crowd, order);
  const before = await told<number>(server, { ask: 'memory' } satisfies Ask);
  const seen = await told<Seen>(crowd, { ...order, seconds: SECONDS });
  const after = await told<number>(server, { ask: 'memory' } satisfies Ask);
  say(
    `  ${seen.sent} sends in ${SECONDS} s; at the recipient ${round4(seen.medianMs)} ms after the answer (99 %: ${round4(seen.p99Ms)} ms)`,
  );
  report({
    name: 'soak',
    results: [
      { name: 'lost', value: seen.lost, at_most: 0 },
      { name: 'duplicates', value: seen.duplicates, at_most: 0 },
      { name: 'out of order', value: seen.outOfOrder, at_most: 0 },
      { name: 'sockets cut', value: seen.cut, at_most: 0 },
      { name: 'sends refused', value: seen.failed, at_most: 0 },
      { name: 'memory at the end, to that after the first seconds', value: after / before, at_most: 1.1 },
    ],
    figures: {
      sockets: SOCKETS,
      sends: seen.sent,
      seconds: SECONDS,
      mb_before: Math.round(before / 1e6),
      mb_after: Math.round(after / 1e6),
    },
  });
} finally {
  crowd.disconnect();
  await told(server, { ask: 'stop' } satisfies Ask).catch(() => undefined);
}

async function told<T>(child: ChildProcess, message: object): Promise<T> {
  child.send(message);
  const [answer] = (await once(child, 'message')) as [{ answer: T; error?: string }];
  if (answer.error) throw new Error(answer.error);
  return answer.answer;
}
