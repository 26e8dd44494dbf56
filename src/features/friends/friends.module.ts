import { Global, Module } from '@nestjs/common';
import { FriendsAccountEndings } from './account-endings.js';
import { FriendEvents } from './friends.events.js';
import { FriendsRepository } from './friends.repository.js';
import { FriendshipListeners } from './friendship-listeners.js';
import { RelationsRepository } from './relations.repository.js';

/** How friends' events read, and where features above learn that a friendship ended. */
@Global()
@Module({
  providers: [FriendEvents, FriendsAccountEndings, FriendsRepository, FriendshipListeners, RelationsRepository],
  exports: [FriendsRepository, FriendshipListeners, RelationsRepository],
})
export class FriendsModule {}
