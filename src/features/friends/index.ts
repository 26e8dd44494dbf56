export { FriendRequestEntity } from './friend-request.entity.js';
export { FriendshipEntity } from './friendship.entity.js';
export { FriendshipListeners, type FriendshipListener } from './friendship-listeners.js';
export { FriendsHttpModule } from './friends.http.module.js';
export { FriendsModule } from './friends.module.js';
