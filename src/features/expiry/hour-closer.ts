import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, sqlState } from '../../platform/database/index.js';
import { HourKeys, KeyVault } from '../../platform/key-vault/index.js';
import { crashPoint, Log, Metrics } from '../../platform/observability/index.js';
import { Ledger } from '../ledger/index.js';
import { ErasureSettler } from './erasure-settler.js';
import type { HourState } from './hour.entity.js';
import { ObjectEraser } from './object-eraser.js';

const LOCK_NOT_AVAILABLE = '55P03';
const DETACH_ATTEMPTS = 50;

/** Runs before an hour's rows go: what must outlive them is written down as owed. */
export type BeforeHourEnds = (label: number) => Promise<void>;

/**
 * The end of an hour: key, partitions, objects, HOUR leaf. Each step is recorded in `hours.state` and may be repeated, by
 * several workers at once. Key and partitions go on time even when the object store is away: names follow from the label.
 */
@Injectable()
export class HourCloser {
  readonly #before: BeforeHourEnds[] = [];

  constructor(
    private readonly database: Database,
    private readonly vault: KeyVault,
    private readonly keys: HourKeys,
    private readonly eraser: ObjectEraser,
    private readonly settler: ErasureSettler,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  beforeHourEnds(hook: BeforeHourEnds): void {
    this.#before.push(hook);
  }

  /** Every hour that is over, oldest first; one that cannot be closed now does not hold up the others. */
  async closeDue(): Promise<void> {
    const due = await this.database.query<{ label: string }>(
      `SELECT label FROM hours WHERE state <> 'closed' AND label <= epoch_ms((SELECT flits_now())) ORDER BY label`,
    );
    for (const { label } of due) {
      await this.close(Number(label)).catch((error: unknown) =>
        this.log.error({ err: error, label }, 'an hour is over and not closed yet'),
      );
    }
  }

  /** Closes one hour as far as it can; does nothing before its time or when it is closed. */
  async close(label: number): Promise<void> {
    const [hour] = await this.database.query<{ state: HourState }>(
      'SELECT state FROM hours WHERE label = $1 AND label <= epoch_ms((SELECT flits_now()))',
      [label],
    );
    if (!hour || hour.state === 'closed') return;
    let state: HourState = hour.state;
    if (state === 'alive') state = await this.#destroyKey(label);
    if (state === 'key_destroyed') state = await this.#detach(label);
    if (state === 'detached') await this.#drop(label);
    await this.#finish(label);
  }

  async #destroyKey(label: number): Promise<HourState> {
    await this.vault.destroy(label);
    this.keys.forgetPast();
    crashPoint('after_key_destroyed');
    return this.#advance(label, 'alive', 'key_destroyed');
  }

  async #detach(label: number): Promise<HourState> {
    for (const hook of this.#before) await hook(label);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.database.query('SELECT detach_hour($1)', [label]);
        break;
      } catch (error) {
        // Somebody is reading or writing: step back so that no queue forms behind our lock, and try again.
        if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === DETACH_ATTEMPTS) throw error;
      }
    }
    crashPoint('after_detach');
    return this.#advance(label, 'key_destroyed', 'detached');
  }

  async #drop(label: number): Promise<void> {
    await this.database.query('SELECT drop_hour($1)', [label]);
    crashPoint('after_drop');
    await this.#advance(label, 'detached', 'dropped');
  }

  async #finish(label: number): Promise<void> {
    const prefixes = await this.eraser.eraseHour(label);
    crashPoint('after_objects_deleted');
    await this.settler.settleDue(label);
    if (await this.settler.isOwed(label)) throw new Error('erasures of this hour are still owed');
    await this.database.transaction(async (tx) => {
      await this.ledger.hourClosed(tx, label, prefixes);
      await tx.query(`UPDATE hours SET state = 'closed', closed_at = flits_now() WHERE label = $1`, [label]);
    });
    this.metrics.purgeLag.observe((this.clock.now() - label) / 1000);
  }

  async #advance(label: number, from: HourState, to: HourState): Promise<HourState> {
    await this.database.query('UPDATE hours SET state = $3 WHERE label = $1 AND state = $2', [label, from, to]);
    return to;
  }
}
