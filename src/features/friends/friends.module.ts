import { Global, Module } from '@nestjs/common';
import { FriendEvents } from './friends.events.js';
import { FriendsRepository } from './friends.repository.js';
import { FriendshipListeners } from './friendship-listeners.js';

/** How friends' events read, and where features above learn that a friendship ended. */
@Global()
@Module({ providers: [FriendEvents, FriendsRepository, FriendshipListeners], exports: [FriendsRepository, FriendshipListeners] })
export class FriendsModule {}
