import { Global, Module } from '@nestjs/common';
import { FriendsAccountEndings } from './account-endings.js';
import { FriendsRepository } from './friends.repository.js';
import { FriendshipListeners } from './friendship-listeners.js';
import { RelationsRepository } from './relations.repository.js';

/** What an account's end does to friendships, and where features above learn that a friendship ended. */
@Global()
@Module({
  providers: [FriendsAccountEndings, FriendsRepository, FriendshipListeners, RelationsRepository],
  exports: [FriendsRepository, FriendshipListeners, RelationsRepository],
})
export class FriendsModule {}
