import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { AccountPurge } from '../account-purge.js';

@Injectable()
export class PurgeAccountHandler extends JobHandler<'account.purge'> {
  readonly name = 'account.purge';

  constructor(private readonly accounts: AccountPurge) {
    super();
  }

  handle({ personId }: JobPayload<'account.purge'>): Promise<void> {
    return this.accounts.purge(personId);
  }
}
