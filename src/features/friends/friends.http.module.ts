import { Module, type OnModuleInit } from '@nestjs/common';
import { ServerFacts } from '../../platform/http/index.js';
import { Befriending } from './befriending.js';
import { FriendCodesRepository } from './friend-codes.repository.js';
import { FriendCodesService } from './friend-codes.service.js';
import { FriendCodesController } from './http/friend-codes.controller.js';
import { BlocksService } from './blocks.service.js';
import { FriendListsService } from './friend-lists.service.js';
import { FriendRequestsService } from './friend-requests.service.js';
import { FriendsService } from './friends.service.js';
import { MAX_FRIENDS } from './friends.settings.js';
import { BlocksController } from './http/blocks.controller.js';
import { FriendListsController } from './http/friend-lists.controller.js';
import { FriendRequestsController } from './http/friend-requests.controller.js';
import { FriendsController } from './http/friends.controller.js';

/** The routes of friends and requests, and what only they need. Needs PeopleModule and FriendsModule. */
@Module({
  controllers: [BlocksController, FriendCodesController, FriendListsController, FriendRequestsController, FriendsController],
  providers: [
    Befriending,
    BlocksService,
    FriendCodesRepository,
    FriendCodesService,
    FriendListsService,
    FriendRequestsService,
    FriendsService,
  ],
  exports: [BlocksService],
})
export class FriendsHttpModule implements OnModuleInit {
  constructor(private readonly facts: ServerFacts) {}

  onModuleInit(): void {
    this.facts.add({ capabilities: ['friends', 'blocks', 'mutes', 'close_friends', 'friend_codes'], limits: { friends: MAX_FRIENDS } });
  }
}
