import { hmac, sameBytes, type MasterKeys } from '../crypto/index.js';
import { defineStatement, type Database, type Transaction } from '../database/index.js';
import { Fault } from '../faults/index.js';
import { uuidOfBytes } from '../ids/index.js';
import { canonicalJson } from './canonical-json.js';

export interface IdempotencyMacs {
  /** Whose key it is: a person's id, or an id made of a handle at sign-up. */
  readonly scope: string;
  readonly route: string;
  readonly keyMac: Buffer;
  readonly bodyMac: Buffer;
}

export interface IdempotencyRecord {
  readonly resultId: string;
  readonly bodyMac: Buffer;
}

const findRecord = defineStatement<{ result_id: string; body_mac: Buffer }>(
  'idempotency.find',
  'SELECT result_id, body_mac FROM idempotency_keys WHERE scope = $1 AND route = $2 AND key_mac = $3 AND dies_at > flits_now()',
);

const DELETE_BATCH = 5000;

/**
 * Idempotency keys. Table `idempotency_keys`: an HMAC of key and body and the id of what came of them, never a body.
 *
 * Invariants: a record exists exactly if the work it stands for was committed (same transaction); one request a key runs at
 * a time (an advisory lock, held by the transaction), another one meanwhile gets 409 `in_flight`. Any process may run it.
 * A row dies with the hour of its result and not before 24 h; the sweep deletes it (`deleteDead`).
 */
export class Idempotency {
  readonly #key: Buffer;

  constructor(
    private readonly database: Database,
    keys: MasterKeys,
  ) {
    this.#key = keys.derive('idempotency v1');
  }

  /** A scope for somebody who has no id yet: the same UUID for the same words, and no way back to them. */
  scopeOf(...words: string[]): string {
    return uuidOfBytes(hmac(this.#key, 'scope', ...words));
  }

  /** @param route a fixed name; @param body the parsed body, without what must not be kept even as a MAC (passwords) */
  mac(scope: string, route: string, key: string, body: unknown): IdempotencyMacs {
    const keyMac = hmac(this.#key, 'key', scope, route, key);
    return { scope, route, keyMac, bodyMac: hmac(this.#key, 'body', keyMac, canonicalJson(body)) };
  }

  /**
   * Runs `work` once for a key, in one transaction with the record of it.
   * @param diesAt when the result's hour ends, ms since the epoch; the record lives 24 h at least
   * @param work returns the id of what it made; rolled back as a whole where it throws, so that the key may be used again
   * @throws Fault `idempotency_key_reused`, `in_flight`
   */
  once(
    macs: IdempotencyMacs,
    diesAt: (id: string) => number,
    work: (tx: Transaction) => Promise<string>,
  ): Promise<{ id: string; replayed: boolean }> {
    return this.database.transaction(async (tx) => {
      const [state] = await tx.query<{ free: boolean; result_id: string | null; body_mac: Buffer | null }>(
        `SELECT pg_try_advisory_xact_lock($4) AS free, i.result_id, i.body_mac
         FROM (VALUES (1)) AS one LEFT JOIN idempotency_keys i
           ON i.scope = $1 AND i.route = $2 AND i.key_mac = $3 AND i.dies_at > flits_now()`,
        [macs.scope, macs.route, macs.keyMac, macs.keyMac.readBigInt64BE().toString()],
      );
      if (state?.result_id && state.body_mac) {
        return { id: this.resultOf({ resultId: state.result_id, bodyMac: state.body_mac }, macs), replayed: true };
      }
      if (!state?.free) throw inFlight();
      const id = await work(tx);
      // A record whose time is past may still lie there; a living one means that another request committed after our look.
      const written = await tx.query(
        `INSERT INTO idempotency_keys (scope, route, key_mac, body_mac, result_id, dies_at)
         VALUES ($1, $2, $3, $4, $5, greatest(from_epoch_ms($6::bigint), flits_now() + interval '24 hours'))
         ON CONFLICT ON CONSTRAINT pk_idempotency_keys DO UPDATE
           SET body_mac = excluded.body_mac, result_id = excluded.result_id, dies_at = excluded.dies_at
           WHERE idempotency_keys.dies_at <= flits_now()
         RETURNING 1`,
        [macs.scope, macs.route, macs.keyMac, macs.bodyMac, id, diesAt(id)],
      );
      if (written.length === 0) throw inFlight();
      return { id, replayed: false };
    });
  }

  /** What came of a key; for statements that write the record themselves. */
  async find(macs: IdempotencyMacs): Promise<IdempotencyRecord | undefined> {
    const [row] = await this.database.statement(findRecord, [macs.scope, macs.route, macs.keyMac]);
    return row && { resultId: row.result_id, bodyMac: row.body_mac };
  }

  /** @throws Fault `idempotency_key_reused` where the record was made for another body */
  resultOf(record: IdempotencyRecord, macs: IdempotencyMacs): string {
    if (sameBytes(record.bodyMac, macs.bodyMac)) return record.resultId;
    throw keyReused();
  }

  /** All records of a scope, for somebody who is gone. */
  async forget(tx: Transaction, scope: string): Promise<void> {
    await tx.query('DELETE FROM idempotency_keys WHERE scope = $1', [scope]);
  }

  /** Deletes records past their time, in batches. Safe from several workers at once. */
  async deleteDead(): Promise<void> {
    for (let deleted = DELETE_BATCH; deleted === DELETE_BATCH;) {
      const [row] = await this.database.query<{ deleted: number }>(
        `WITH dead AS (
           SELECT scope, route, key_mac FROM idempotency_keys WHERE dies_at <= flits_now() ORDER BY dies_at LIMIT $1 FOR UPDATE SKIP LOCKED
         ), gone AS (
           DELETE FROM idempotency_keys i USING dead d
           WHERE i.scope = d.scope AND i.route = d.route AND i.key_mac = d.key_mac RETURNING 1
         ) SELECT count(*)::int AS deleted FROM gone`,
        [DELETE_BATCH],
      );
      deleted = row?.deleted ?? 0;
    }
  }
}

export function keyReused(): Fault {
  return new Fault('idempotency_key_reused', 'This Idempotency-Key was used with another body. Use a fresh key for each thing you do.');
}

function inFlight(): Fault {
  return new Fault('in_flight', 'A request with this Idempotency-Key is still running.', { retryAfterSeconds: 1 });
}
