import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';

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
}
