export { GroupEntity } from './group.entity.js';
export { GroupMemberEntity } from './group-member.entity.js';
export { GroupsHttpModule } from './groups.http.module.js';
export { GroupsModule } from './groups.module.js';
export { GroupsRepository } from './groups.repository.js';
export { MembershipListeners, type MembershipListener } from './membership-listeners.js';
export { groupsEventData } from './groups.event-data.js';
export { groupsEventSources } from './groups.event-sources.js';
export { groupsErasable } from './groups.erasable.js';
