import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { AccountListeners, inOnePage, PersonalData } from '../people/index.js';
import { MembershipsService } from './memberships.service.js';

/** Whoever ends their account leaves every group in the same transaction; what they owned goes to the next member. */
@Injectable()
export class AccountEndings implements OnModuleInit {
  constructor(
    private readonly accounts: AccountListeners,
    private readonly data: PersonalData,
    private readonly memberships: MembershipsService,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.accounts.register({ ended: (tx, personId) => this.memberships.leaveAll(tx, personId) });
    this.data.register({
      name: 'groups',
      what: 'Groups you are in or invited to: their name, whether you own them, who asked you in and since when.',
      until: 'you leave or decline, the group ends, or you delete the account',
      pages: inOnePage(
        this.database,
        `SELECT g.id, g.name, g.owner_id = $1 AS is_owner, m.state, m.invited_by, m.since
         FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.person_id = $1 ORDER BY m.since`,
      ),
      erase: async (tx, personId) => {
        await this.memberships.leaveAll(tx, personId);
        // Whoever only they had asked in is asked no longer; of members it is forgotten who did.
        await tx.query(`DELETE FROM group_members WHERE invited_by = $1 AND state = 'invited'`, [personId]);
        await tx.query('UPDATE group_members SET invited_by = person_id WHERE invited_by = $1', [personId]);
      },
    });
  }
}
