import { Injectable, type OnModuleInit } from '@nestjs/common';
import pLimit from 'p-limit';
import { Database, defineStatement } from '../../platform/database/index.js';
import { leastId } from '../../platform/ids/index.js';
import { Log } from '../../platform/observability/index.js';
import { HourEnder, LostHours, Sweeper } from '../expiry/index.js';
import { SnapsEraser } from './snaps.eraser.js';

const PAGE = 500;
/** Snaps of a lost hour that are given up in one transaction. */
const BATCH = 100;

interface DueRow {
  readonly id: string;
  /** As text: a Date would lose its microseconds, and with them the place in the list. */
  readonly due_at: string;
}

/** Snaps to erase before their hour ends: a shorter life than their hour's, or every view is over. $1 how many, $2 and $3 after which. */
const readDue = defineStatement<DueRow>(
  'snaps.due',
  `
SELECT id, due_at::text FROM mortal.snaps
WHERE due_at <= (SELECT flits_now()) AND (due_at, id) > ($2::timestamptz, $3::uuid) AND state <> 'erased'
ORDER BY mortal.snaps.due_at, id LIMIT $1`,
);

/** The worker's share of snaps: what is due before its hour is found in rows and erased one by one. */
@Injectable()
export class SnapsUpkeep implements OnModuleInit {
  /** Half of the process's database connections: thousands may fall due at once, and the others have work too. */
  readonly #lane = pLimit(8);

  constructor(
    private readonly database: Database,
    private readonly eraser: SnapsEraser,
    private readonly sweeper: Sweeper,
    private readonly hourEnder: HourEnder,
    private readonly lostHours: LostHours,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'due snaps', run: () => this.#eraseDue() });
    this.hourEnder.beforeHourEnds((label) => this.#eraseBeforeHourEnds(label));
    this.lostHours.register((label) => this.#loseHour(label));
  }

  /** One pass over what is due; one that cannot be erased holds up no other and is met again by the next sweep. */
  async #eraseDue(): Promise<void> {
    let after: DueRow = { due_at: '-infinity', id: leastId(0) };
    for (;;) {
      const due = await this.database.statement(readDue, [PAGE, after.due_at, after.id]);
      await Promise.all(due.map(({ id }) => this.#lane(() => this.#tryErase(id))));
      const last = due.at(-1);
      if (!last || due.length < PAGE) return;
      after = last;
    }
  }

  async #tryErase(id: string): Promise<void> {
    await this.#erase(id).catch((error: unknown) => this.log.error({ err: error, snap_id: id }, 'a snap is due and not erased yet'));
  }

  /** Snaps whose upload lies in a later hour: their bytes would outlive the rows that name them. */
  async #eraseBeforeHourEnds(label: number): Promise<void> {
    const due = await this.database.query<{ id: string }>(
      'SELECT id FROM mortal.snaps WHERE id >= $1 AND id < $2 AND due_at IS NOT NULL AND mortal_label(coalesce(upload_id, id)) > $3',
      [leastId(label), leastId(label + 1), label],
    );
    await Promise.all(due.map(({ id }) => this.#lane(() => this.#erase(id))));
  }

  /** Snaps whose words, or whose upload, were sealed under the key of an hour that is gone. */
  async #loseHour(label: number): Promise<void> {
    const lost = await this.database.query<{ id: string }>(
      `SELECT id FROM mortal.snaps
       WHERE state <> 'erased' AND deadline > flits_now() AND ((id >= $1 AND id < $2) OR (upload_id >= $1 AND upload_id < $2))`,
      [leastId(label), leastId(label + 1)],
    );
    for (let at = 0; at < lost.length; at += BATCH) {
      const ids = lost.slice(at, at + BATCH).map(({ id }) => id);
      await this.database.transaction(async (tx) => this.eraser.erase(tx, await this.eraser.lockAll(tx, ids), 'lost'));
    }
  }

  /** Re-checks under the lock: a replay may have put the end off in between. */
  async #erase(snapId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const snap = await this.eraser.lock(tx, snapId);
      if (!snap) return;
      const [state] = await tx.query<{ is_due: boolean; is_past: boolean }>(
        'SELECT due_at <= flits_now() AS is_due, deadline <= flits_now() AS is_past FROM mortal.snaps WHERE id = $1',
        [snapId],
      );
      const isExpired = state?.is_past || snap.state === 'waiting';
      if (state?.is_due) await this.eraser.erase(tx, snap, isExpired ? 'expired' : 'opened');
    });
  }
}
