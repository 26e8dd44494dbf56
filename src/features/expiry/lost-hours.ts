import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { KeyVault } from '../../platform/key-vault/index.js';
import { Log, Metrics } from '../../platform/observability/index.js';
import { Sweeper } from './sweeper.js';

/** Longer than any process goes on with a key that the vault no longer has (80 s, HourKeys): by then nobody seals under it. */
const LOST_AFTER_MS = 90_000;
const DECLARED = 'vault_lost ';

/** Marks everything of an hour erased as lost. May be called again, and by several workers at once. */
export type HourLost = (label: number) => Promise<void>;

/**
 * Hours to come whose key is gone from a vault that answers. What was sealed under it is lost, whatever anybody does; what is
 * left is to say so, and to give the hour a new key so that others can send.
 *
 * That a key is missing proves a loss only where this process has seen it there before. A vault that never had it may be
 * another one than it was (a wrong bucket): then an operator has to say that it is lost, `flits vault lost`.
 */
@Injectable()
export class LostHours implements OnModuleInit {
  readonly #listeners: HourLost[] = [];
  readonly #seen = new Set<number>();
  readonly #missingSince = new Map<number, number>();

  constructor(
    private readonly database: Database,
    private readonly vault: KeyVault,
    private readonly clock: Clock,
    private readonly sweeper: Sweeper,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'hours without a key', run: () => this.look() });
  }

  register(listener: HourLost): void {
    this.#listeners.push(listener);
  }

  async look(): Promise<void> {
    // Rows before keys: an hour that is made in between has both, or neither, in what is compared.
    const alive = await this.database.query<{ label: string; declared: boolean }>(
      `SELECT label, EXISTS (SELECT 1 FROM settings WHERE name = $1 || label) AS declared
       FROM hours WHERE state = 'alive' AND label > epoch_ms(flits_now()) ORDER BY label`,
      [DECLARED],
    );
    const held = new Set(await this.vault.labels());
    const missing = alive.filter(({ label }) => !held.has(Number(label)));
    for (const label of held) this.#seen.add(label);
    for (const label of this.#missingSince.keys()) if (held.has(label)) this.#missingSince.delete(label);
    if (missing.length > 0) this.#alarm(missing.length, alive.length);
    for (const { label, declared } of missing) if (this.#isLost(Number(label), declared)) await this.#declare(Number(label));
  }

  #isLost(label: number, declared: boolean): boolean {
    const now = this.clock.now();
    const since = this.#missingSince.get(label) ?? now;
    this.#missingSince.set(label, since);
    return (declared || this.#seen.has(label)) && now - since >= LOST_AFTER_MS;
  }

  #alarm(missing: number, alive: number): void {
    this.metrics.keyVaultAlarms.inc();
    this.log.error(
      { missing, alive },
      'the key vault lacks keys of living hours; where it is another vault than it was, set it right; where it is lost for good: flits vault lost',
    );
  }

  async #declare(label: number): Promise<void> {
    for (const listener of this.#listeners) await listener(label);
    await this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('flits hours'))`);
      const key = await this.vault.createOrRead(label);
      await tx.query('UPDATE hours SET key_hash = $2 WHERE label = $1', [label, createHash('sha256').update(key).digest()]);
    });
    this.#missingSince.delete(label);
    this.log.error({ label }, 'the key of an hour was lost, and with it what was to die with it; the hour has a new key');
  }
}

/** Notes that keys which the vault lacks are lost for good. The workers do the rest. @returns how many hours */
export async function declareLost(database: Pick<Database, 'query'>, held: readonly number[]): Promise<number> {
  const declared = await database.query(
    `INSERT INTO settings (name, value)
     SELECT $1 || label, to_char(flits_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM hours
     WHERE state = 'alive' AND label > epoch_ms(flits_now()) AND NOT label = ANY ($2::bigint[])
     ON CONFLICT DO NOTHING RETURNING 1`,
    [DECLARED, held],
  );
  return declared.length;
}
