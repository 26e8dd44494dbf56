import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, sqlState } from '../../platform/database/index.js';
import { HourKeys, KeyVault } from '../../platform/key-vault/index.js';
import { crashPoint, Log } from '../../platform/observability/index.js';
import type { HourState } from './hour.entity.js';

/** A reader or writer is in the way, or another worker detached between our look and our lock: the next look tells. */
const IN_THE_WAY = ['55P03', '42P01']; // lock_not_available, undefined_table
const DETACH_ATTEMPTS = 40;
const DETACH_PAUSE_MS = 50;

/** Runs before an hour's rows go: what must outlive them is written down as owed. */
export type BeforeHourEnds = (label: number) => Promise<void>;

/**
 * The end of an hour, first half: its key, then its partitions. From here on nothing of it can be read, with or without the
 * object store. Each step is recorded in `hours.state` and may be repeated, by several workers at once.
 */
@Injectable()
export class HourEnder {
  readonly #before: BeforeHourEnds[] = [];

  constructor(
    private readonly database: Database,
    private readonly vault: KeyVault,
    private readonly keys: HourKeys,
    private readonly log: Log,
  ) {}

  beforeHourEnds(hook: BeforeHourEnds): void {
    this.#before.push(hook);
  }

  /** Every hour that is over, oldest first; one that cannot be ended now does not hold up the others. */
  async endDue(): Promise<void> {
    const due = await this.database.query<{ label: string }>(
      `SELECT label FROM hours WHERE state IN ('alive', 'key_destroyed', 'detached') AND label <= epoch_ms((SELECT flits_now())) ORDER BY label`,
    );
    for (const { label } of due) {
      await this.end(Number(label)).catch((error: unknown) =>
        this.log.error({ err: error, label }, 'an hour is over and its rows are not gone'),
      );
    }
  }

  /** Does nothing before the hour's time. @returns whether its rows are gone */
  async end(label: number): Promise<boolean> {
    const [hour] = await this.database.query<{ state: HourState }>(
      'SELECT state FROM hours WHERE label = $1 AND label <= epoch_ms((SELECT flits_now()))',
      [label],
    );
    if (!hour) return false;
    let state: HourState = hour.state;
    if (state === 'alive') state = await this.#destroyKey(label);
    if (state === 'key_destroyed') state = await this.#detach(label);
    if (state === 'detached') await this.#drop(label);
    return true;
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
        if (!IN_THE_WAY.includes(sqlState(error) ?? '') || attempt === DETACH_ATTEMPTS) throw error;
        // Somebody is reading or writing. Whoever queued behind our lock goes first, then we try again.
        await delay(DETACH_PAUSE_MS);
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

  async #advance(label: number, from: HourState, to: HourState): Promise<HourState> {
    await this.database.query('UPDATE hours SET state = $3 WHERE label = $1 AND state = $2', [label, from, to]);
    return to;
  }
}
