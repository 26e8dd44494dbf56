export { GroupEntity } from './group.entity.js';
export { GroupMemberEntity } from './group-member.entity.js';
export { GroupsHttpModule } from './groups.http.module.js';
export { GroupsModule } from './groups.module.js';
export { MembershipListeners, type MembershipListener } from './membership-listeners.js';
export { groupsErasable } from './groups.erasable.js';
