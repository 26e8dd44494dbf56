import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import { AccountListeners, inOnePage, inPages, PersonalData } from '../people/index.js';
import { SHOWN } from './relations.repository.js';

const PAGE = 1000;

/** What friends hold about a person, and how it ends with the account: for both sides, in the same transaction. */
@Injectable()
export class FriendsAccountEndings implements OnModuleInit {
  constructor(
    private readonly accounts: AccountListeners,
    private readonly data: PersonalData,
    private readonly events: EventLog,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.accounts.register({ ended: (tx, personId) => this.#end(tx, personId) });
    const read = (text: string) => inOnePage(this.database, text);
    // All of them go when the account ends; nothing is left to erase later but what a request under way wrote.
    const erase = (tx: Transaction, personId: string) => this.#end(tx, personId);
    const until = 'either of you ends it, or an account is deleted';
    this.data.register(
      {
        name: 'friends',
        what: 'Who your friends are, since when, and whether you call them close.',
        until,
        pages: read(
          `SELECT f.friend_id AS user_id, p.handle, p.display_name, f.since,
                  EXISTS (SELECT FROM close_friends c WHERE c.person_id = $1 AND c.friend_id = f.friend_id) AS close
           FROM friendships f JOIN people p ON p.id = f.friend_id WHERE f.person_id = $1 ORDER BY f.since`,
        ),
        erase,
      },
      {
        name: 'friend_requests',
        what: 'Requests that wait, from you and to you.',
        until: 'it is accepted, declined or taken back, or an account is deleted',
        pages: inPages(
          this.database,
          `SELECT r.created_at::text AS position, r.id, CASE WHEN r.from_id = $1 THEN 'outgoing' ELSE 'incoming' END AS direction,
                  p.id AS user_id, p.handle, r.created_at
           FROM friend_requests r JOIN people p ON p.id = CASE WHEN r.from_id = $1 THEN r.to_id ELSE r.from_id END
           WHERE (r.from_id = $1 OR r.to_id = $1) AND (r.created_at, r.id) > ($2::timestamptz, $3::uuid) ORDER BY r.created_at, r.id LIMIT $4`,
          PAGE,
        ),
        erase: () => Promise.resolve(),
      },
      {
        name: 'friend_codes',
        what: 'Codes that you made for new friends, as hashes.',
        until: 'a day after they ran out',
        pages: read('SELECT ask, uses_left, expires_at FROM friend_codes WHERE person_id = $1 ORDER BY expires_at'),
        erase: () => Promise.resolve(),
      },
      {
        name: 'blocks',
        what: 'Whom you have blocked.',
        until: 'you lift it, or an account is deleted',
        // What the list of blocks leaves out is left out here: that it is there would tell who blocked whom.
        pages: read(`SELECT blocked_id AS user_id, created_at FROM blocks b WHERE person_id = $1 AND ${SHOWN} ORDER BY created_at`),
        erase: () => Promise.resolve(),
      },
      {
        name: 'mutes',
        what: 'Which friends you have muted.',
        until: 'you lift it, or the friendship ends',
        pages: read('SELECT muted_id AS user_id, created_at FROM mutes WHERE person_id = $1 ORDER BY created_at'),
        erase: () => Promise.resolve(),
      },
    );
  }

  async #end(tx: Transaction, personId: string): Promise<void> {
    const friends = await tx.query<{ person_id: string }>('DELETE FROM friendships WHERE friend_id = $1 RETURNING person_id', [personId]);
    await tx.query('DELETE FROM friendships WHERE person_id = $1', [personId]);
    await tx.query('DELETE FROM friend_codes WHERE person_id = $1', [personId]);
    await tx.query('DELETE FROM friend_requests WHERE from_id = $1 OR to_id = $1', [personId]);
    await tx.query('DELETE FROM blocks WHERE person_id = $1 OR blocked_id = $1', [personId]);
    await tx.query('DELETE FROM mutes WHERE person_id = $1 OR muted_id = $1', [personId]);
    await tx.query('DELETE FROM close_friends WHERE person_id = $1 OR friend_id = $1', [personId]);
    this.events.append(
      tx,
      friends.map(({ person_id }) => ({ ownerId: person_id, type: 'friend.removed' as const, ref: personId, actor: personId })),
    );
  }
}
