import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { HOURS_AHEAD } from '../../platform/config/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { KeyVault } from '../../platform/key-vault/index.js';
import { JobQueue } from '../../platform/queue/index.js';

const LOW_WATER = 6;
/** Hours made in one transaction: each takes locks on all its tables and indexes. */
const CHUNK = 24;

/**
 * Makes hours ahead of time: key first, then partitions. Table `hours`, the key vault, partitions of schema `mortal`.
 *
 * Any process may make hours (a send must not fail because workers slept); one advisory lock orders them. A key that a maker
 * left behind when it crashed is taken up again; the hash in the hour's row would show a key that was swapped.
 */
@Injectable()
export class HourMaker {
  #madeUntil = 0;
  #stepsUntil = 0;

  constructor(
    private readonly database: Database,
    private readonly vault: KeyVault,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly queue: JobQueue,
  ) {}

  /** Cheap while enough is there; call it often. */
  async ensureAhead(): Promise<void> {
    const now = this.clock.now();
    await this.#ensureHours(now);
    await this.#ensureEventSteps(now);
  }

  async #ensureHours(now: number): Promise<void> {
    const needed = this.hours.floor(now + this.hours.ttlMs);
    if (this.#madeUntil >= needed + LOW_WATER * this.hours.bucketMs) return;
    const until = needed + HOURS_AHEAD * this.hours.bucketMs;
    const wanted: number[] = [];
    for (let label = this.hours.floor(now) + this.hours.bucketMs; label <= until; label += this.hours.bucketMs) wanted.push(label);
    for (let at = 0; at < wanted.length; at += CHUNK) await this.#make(wanted.slice(at, at + CHUNK));
    this.#madeUntil = until;
  }

  /** Steps of events, by birth: a quarter of the longest life each, two of them ahead, looked after when one of those begins. */
  async #ensureEventSteps(now: number): Promise<void> {
    const step = Math.max(1000, this.hours.ttlMs / 4);
    if (this.#stepsUntil >= now + step) return;
    const until = now + 2 * step;
    await this.#underLock((tx) => tx.query('SELECT make_event_steps($1, $2)', [step, until]));
    this.#stepsUntil = until;
  }

  async #make(labels: readonly number[]): Promise<void> {
    const fresh = await this.#underLock(async (tx) => {
      const there = await tx.query<{ label: string }>('SELECT label FROM hours WHERE label = ANY ($1)', [labels]);
      const missing = labels.filter((label) => !there.some((row) => Number(row.label) === label));
      if (missing.length === 0) return [];
      const keys = await Promise.all(missing.map((label) => this.vault.createOrRead(label)));
      const hashes = keys.map((key) => createHash('sha256').update(key).digest());
      await tx.query('SELECT make_hours($1::bigint[], $2::bytea[])', [missing, hashes]);
      return missing;
    });
    for (const label of fresh) await this.queue.add('hour.close', { label }, { key: `hour-${label}`, at: label });
  }

  #underLock<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('flits hours'))`);
      return work(tx);
    });
  }
}
