import type pg from 'pg';
import { sendToNamed, type SendRow } from '../../src/features/snaps/send.statement.js';
import { backendCpu } from '../support/cpu.js';
import { Scratch } from '../support/scratch.js';
import { serveSide } from '../support/side.js';
import { openBareDatabase, type BareDatabase } from './bare-database.js';
import { parametersOf, sendValues } from './send-values.js';

/**
 * 100 recipients, one connection, no HTTP: BENCH_ROWS=`statement` sends with `snaps.send`; `unnest` inserts the very same rows
 * from arrays, and decides nothing: no friendship, no upload, no counter, numbers given. Figure: CPU µs of the connection's
 * PostgreSQL backend a row; the wall beside it has a commit's fsync in it.
 */
const SENDS = 300;
/** A snap, its record, its leaf, and for 100 people a delivery and an event; the sender's own event. */
const ROWS = 3 + 100 + 101;

const insertRows = `
WITH snap AS (
  INSERT INTO mortal.snaps (id, sender_id, kind, state, accepted_at, deadline, mode, loop, replays, words, words_key, salt, unopened)
  VALUES ($1, $2, 'text', 'sent', $3, from_epoch_ms(mortal_label($1)), 'until_expiry', false, 0, $4, $5, $6, 100)
), record AS (
  INSERT INTO idempotency_keys (scope, route, key_mac, body_mac, result_id, dies_at) VALUES ($2, 'POST /v1/snaps', $7, $8, $1, $3)
), leaf AS (
  INSERT INTO ledger_outbox (subject, leaf) VALUES ($9, $10)
), delivered AS (
  INSERT INTO mortal.deliveries (snap_id, recipient_id, sender_id, state, sent_at, replays_left)
  SELECT $1, r, $2, 'accepted', $3, 0 FROM unnest($11::uuid[]) AS r
)
INSERT INTO mortal.events (owner_id, seq, at, type, ref, actor, device_id)
SELECT owner, $12::bigint, $3, 'snap.received', $1, $2, CASE WHEN owner = $2 THEN $2 END FROM unnest($2::uuid || $11::uuid[]) AS owner`;

const scratch = new Scratch();
const send = process.env.BENCH_ROWS === 'statement' ? byStatement : byUnnest;
let bare: BareDatabase;
let client: pg.PoolClient;
let pid: number;
let sent = 0;

serveSide({
  prepare: async () => {
    bare = await openBareDatabase(scratch, 1);
    client = await bare.pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    pid = rows[0]!.pid;
  },
  round: async () => {
    const before = backendCpu(pid);
    for (let n = 0; n < SENDS; n += 1) await send(bare.crowd.senders[n % bare.crowd.senders.length]!.personId);
    return { units: SENDS * ROWS, figure: (backendCpu(pid) - before) / (SENDS * ROWS) };
  },
  close: async () => {
    client.release();
    await scratch.end();
  },
});

async function byStatement(senderId: string): Promise<void> {
  const values = parametersOf(sendValues(bare.hours, senderId, bare.crowd.recipients));
  const { rows } = await client.query<SendRow>({ name: sendToNamed.name, text: sendToNamed.text, values });
  if (!rows[0]?.is_kept) throw new Error(`a send came out as ${rows[0]?.verdict}`);
}

async function byUnnest(senderId: string): Promise<void> {
  sent += 1;
  const { id, words, wordsKey, salt, keyMac, bodyMac, commitment, leaf, recipientIds } = sendValues(
    bare.hours,
    senderId,
    bare.crowd.recipients,
  );
  const values = [id, senderId, new Date(), words, wordsKey, salt, keyMac, bodyMac, commitment, leaf, recipientIds, sent];
  await client.query({ name: 'bare', text: insertRows, values });
}
