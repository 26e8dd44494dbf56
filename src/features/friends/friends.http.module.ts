import { Module, type OnModuleInit } from '@nestjs/common';
import { ServerFacts } from '../../platform/http/index.js';
import { FriendRequestsService } from './friend-requests.service.js';
import { FriendsService } from './friends.service.js';
import { MAX_FRIENDS } from './friends.settings.js';
import { FriendRequestsController } from './http/friend-requests.controller.js';
import { FriendsController } from './http/friends.controller.js';

/** The routes of friends and requests, and what only they need. Needs PeopleModule and FriendsModule. */
@Module({ controllers: [FriendRequestsController, FriendsController], providers: [FriendRequestsService, FriendsService] })
export class FriendsHttpModule implements OnModuleInit {
  constructor(private readonly facts: ServerFacts) {}

  onModuleInit(): void {
    this.facts.add({ capabilities: ['friends'], limits: { friends: MAX_FRIENDS } });
  }
}
