import { Clock } from './clock.js';

/** This machine's own clock, for tools that look at a server from outside. A server goes by the database's. */
export class WallClock extends Clock {
  override now(): number {
    return Date.now();
  }
}
