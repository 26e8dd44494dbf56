import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PhoneSocket } from '../socket/phone-socket.js';
import type { Started } from './flits.js';

/** The crowd in a process of its own: a socket each, acks, heartbeats, and sends at a steady rate. It tells what it saw. */
export interface Order extends Started {
  readonly seconds: number;
  readonly sendsASecond: number;
}

export interface Seen {
  readonly sent: number;
  readonly failed: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly cut: number;
  /** ms from the answer to the send to the frame at its recipient; negative where the frame was first. */
  readonly medianMs: number;
  readonly p99Ms: number;
}

const AT_ONCE = 50;
const SENDERS = 16;
const HEARTBEAT_MS = 30_000;
const PATIENCE_MS = 30_000;

process.on('message', (order: Order | { readonly connect: Started }) => {
  ('connect' in order ? connect(order.connect) : soak(order)).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

const phones: PhoneSocket[] = [];
/** When a snap's frame came, by its id. */
const came = new Map<string, number>();
let [duplicates, outOfOrder, cut] = [0, 0, 0];

async function connect({ port, people }: Started): Promise<void> {
  let next = 0;
  const some = async (): Promise<void> => {
    while (next < people.length) {
      const { token } = people[next]!;
      next += 1;
      const phone = await PhoneSocket.open(port, token);
      phones.push(phone);
      follow(phone);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  let turn = 0;
  // A thirtieth of them a second, as it would be.
  setInterval(() => {
    for (let n = turn; n < phones.length; n += 300) phones[n]!.send('{"op":"heartbeat"}');
    turn = (turn + 1) % 300;
  }, HEARTBEAT_MS / 300);
}

function follow(phone: PhoneSocket): void {
  let has = 0;
  phone.onClose = () => (cut += 1);
  phone.onFrame = (text) => {
    const frame = JSON.parse(text) as { op: string; seq: number; prev: number; type: string; data: { snap_id: string } };
    if (frame.op !== 'event') return;
    if (frame.prev !== has || frame.seq <= has) outOfOrder += 1;
    has = frame.seq;
    if (frame.type === 'snap.received') {
      if (came.has(frame.data.snap_id)) duplicates += 1;
      came.set(frame.data.snap_id, performance.now());
    }
    phone.send(`{"op":"ack","seq":${frame.seq}}`);
  };
}

async function soak({ port, people, seconds, sendsASecond }: Order): Promise<Seen> {
  const accepted = new Map<string, number>();
  let [sent, failed] = [0, 0];
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  const run = randomUUID();
  const sender = async (): Promise<void> => {
    while (performance.now() < until) {
      const turn = sent;
      sent += 1;
      const due = began + (turn / sendsASecond) * 1000;
      if (due > performance.now()) await delay(due - performance.now());
      const from = (turn * 7919) % people.length;
      const id = await send(port, people[from]!.token, people[(from + 1) % people.length]!.id, `${run}-${turn}`);
      if (id === undefined) failed += 1;
      else accepted.set(id, performance.now());
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const giveUp = performance.now() + PATIENCE_MS;
  const missing = () => [...accepted.keys()].filter((id) => !came.has(id)).length;
  while (missing() > 0 && performance.now() < giveUp) await delay(100);
  const lags = [...accepted].flatMap(([id, at]) => (came.has(id) ? [came.get(id)! - at] : [])).sort((a, b) => a - b);
  const at = (share: number) => lags[Math.floor((lags.length - 1) * share)] ?? Number.NaN;
  return { sent, failed, lost: missing(), duplicates, outOfOrder, cut, medianMs: at(0.5), p99Ms: at(0.99) };
}

async function send(port: number, token: string, to: string, key: string): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/snaps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ text: 'See you at the harbour at eight?', to: { user_ids: [to] } }),
  });
  return answer.ok ? ((await answer.json()) as { id: string }).id : undefined;
}
