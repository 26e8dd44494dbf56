import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';

export type SweepFindings = Readonly<Record<string, number>>;

export interface LastTurn {
  readonly next_at: Date;
  readonly ended_at: Date | null;
  readonly found: SweepFindings | null;
}

/**
 * Turns of sweeps that one worker at a time should do, seldom: table `sweep_turns`, a row a sweep. A worker that dies in its
 * turn leaves it to the next, so a turn comes twice as often as it has to.
 */
@Injectable()
export class SweepTurns {
  constructor(private readonly database: Database) {}

  /** Takes the turn if it is time. @returns whether this caller has it */
  async take(name: string, everySeconds: number): Promise<boolean> {
    const next = 'flits_now() + make_interval(secs => $2)';
    const taken = await this.database.query(
      `UPDATE sweep_turns SET next_at = ${next} WHERE name = $1 AND next_at <= flits_now() RETURNING name`,
      [name, everySeconds],
    );
    if (taken.length > 0) return true;
    await this.database.query(`INSERT INTO sweep_turns (name, next_at) VALUES ($1, ${next}) ON CONFLICT DO NOTHING`, [name, everySeconds]);
    return false;
  }

  async end(name: string, found: SweepFindings): Promise<void> {
    await this.database.query('UPDATE sweep_turns SET ended_at = flits_now(), found = $2 WHERE name = $1', [name, JSON.stringify(found)]);
  }

  /** The next sweep takes it, whichever worker's that is. */
  async bringForward(name: string): Promise<void> {
    await this.database.query(
      `INSERT INTO sweep_turns (name, next_at) VALUES ($1, flits_now())
       ON CONFLICT ON CONSTRAINT pk_sweep_turns DO UPDATE SET next_at = least(sweep_turns.next_at, excluded.next_at)`,
      [name],
    );
  }

  async last(name: string): Promise<LastTurn | undefined> {
    const [row] = await this.database.query<LastTurn>('SELECT next_at, ended_at, found FROM sweep_turns WHERE name = $1', [name]);
    return row;
  }
}
