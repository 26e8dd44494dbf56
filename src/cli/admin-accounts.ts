import { AdminAccounts } from '../features/admin/index.js';
import { Passwords } from '../features/people/index.js';
import { WallClock } from '../platform/clock/index.js';
import { Ids, Random } from '../platform/ids/index.js';
import type { Reached } from './with-database.js';

/** Accounts of the admin port, as its commands need them. */
export function adminAccountsOf({ database, keys }: Reached): AdminAccounts {
  const random = new Random();
  return new AdminAccounts(database, new Passwords(random), random, new Ids(random), new WallClock(), keys);
}
