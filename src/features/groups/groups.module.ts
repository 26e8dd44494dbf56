import { Global, Module } from '@nestjs/common';
import { AccountEndings } from './account-endings.js';
import { GroupsRepository } from './groups.repository.js';
import { Invitations } from './invitations.js';
import { MembershipListeners } from './membership-listeners.js';
import { MembershipsService } from './memberships.service.js';

/** What an account's end does to them, and where features above learn that a membership ended. */
@Global()
@Module({
  providers: [AccountEndings, GroupsRepository, Invitations, MembershipListeners, MembershipsService],
  exports: [GroupsRepository, Invitations, MembershipListeners, MembershipsService],
})
export class GroupsModule {}
