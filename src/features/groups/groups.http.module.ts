import { Module, type OnModuleInit } from '@nestjs/common';
import { ServerFacts } from '../../platform/http/index.js';
import { GroupsService } from './groups.service.js';
import { MAX_GROUP_SIZE, MAX_GROUPS } from './groups.settings.js';
import { GroupMembersController } from './http/group-members.controller.js';
import { GroupsController } from './http/groups.controller.js';

/** The routes of groups, and what only they need. Needs PeopleModule and GroupsModule. */
@Module({ controllers: [GroupsController, GroupMembersController], providers: [GroupsService] })
export class GroupsHttpModule implements OnModuleInit {
  constructor(private readonly facts: ServerFacts) {}

  onModuleInit(): void {
    this.facts.add({ capabilities: ['groups'], limits: { groups: MAX_GROUPS, group_members: MAX_GROUP_SIZE } });
  }
}
