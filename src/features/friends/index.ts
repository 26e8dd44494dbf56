export { BlockEntity } from './block.entity.js';
export { CloseFriendEntity } from './close-friend.entity.js';
export { FriendRequestEntity } from './friend-request.entity.js';
export { FriendshipEntity } from './friendship.entity.js';
export { FriendshipListeners, type FriendshipListener } from './friendship-listeners.js';
export { FriendsHttpModule } from './friends.http.module.js';
export { FriendsModule } from './friends.module.js';
export { MuteEntity } from './mute.entity.js';
