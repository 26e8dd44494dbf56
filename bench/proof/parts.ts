import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { acceptLeaf, commit, type Receipts } from '../../src/features/ledger/index.js';
import { sendToNamed, type SendRow } from '../../src/features/snaps/send.statement.js';
import type { Hours, Ids, Random } from '../../src/platform/ids/index.js';
import { parametersOf, sendValues } from '../send-api/send-values.js';
import type { Crowd } from '../send-api/crowd.js';
import { backendCpu } from '../support/cpu.js';

const INSERT = 'INSERT INTO ledger_outbox (subject, leaf) VALUES ($1, $2)';
const ROUNDS = 8;
const SENDS = 400;
const SIGNED = 4000;

/** µs of this process: what a send does for the log before and after its statement. */
export function receiptMicros(receipts: Receipts, hours: Hours, ids: Ids, random: Random): { leaf: number; receipt: number } {
  const made = Array.from({ length: SIGNED }, () => ({ id: ids.mortal(hours.label(hours.deadline(Date.now()))), salt: random.bytes(32) }));
  const leaf = microsEach(made, ({ id, salt }) => acceptLeaf(commit(salt, id), hours.ownLabelOf(id)));
  const receipt = microsEach(made, ({ id, salt }) => receipts.issue(id, salt, Date.now()));
  return { leaf, receipt };
}

function microsEach<T>(items: readonly T[], work: (item: T) => unknown): number {
  items.slice(0, SIGNED / 4).forEach(work);
  const before = process.cpuUsage();
  items.forEach(work);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / items.length;
}

/**
 * µs of PostgreSQL: the send's statement to one person, and the insert of its row in the outbox as a statement of its own,
 * with a commit of its own, which is more than it costs inside the other. In turns, medians.
 */
export async function statementMicros(client: pg.PoolClient, crowd: Crowd, hours: Hours): Promise<{ statement: number; outbox: number }> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]!.pid;
  const send = async (n: number): Promise<void> => {
    const sender = crowd.senders[n % crowd.senders.length]!.personId;
    const values = parametersOf(sendValues(hours, sender, [crowd.recipients[n % crowd.recipients.length]!]));
    const sent = await client.query<SendRow>({ name: sendToNamed.name, text: sendToNamed.text, values });
    if (!sent.rows[0]?.is_kept) throw new Error(`a send came out as ${sent.rows[0]?.verdict}`);
  };
  const write = async (): Promise<void> => {
    const commitment = randomBytes(32);
    await client.query({ name: 'outbox', text: INSERT, values: [commitment, acceptLeaf(commitment, 1_795_204_800_000)] });
  };
  const round = async (work: (n: number) => Promise<void>): Promise<number> => {
    const before = backendCpu(pid);
    for (let n = 0; n < SENDS; n += 1) await work(n);
    return (backendCpu(pid) - before) / SENDS;
  };
  const [statements, outboxes]: [number[], number[]] = [[], []];
  for (let n = 0; n < ROUNDS; n += 1) {
    statements.push(await round(send));
    outboxes.push(await round(write), await round(write));
    statements.push(await round(send));
  }
  return { statement: median(statements.slice(2)), outbox: median(outboxes.slice(2)) };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
