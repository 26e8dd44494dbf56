export { asyncApiDocument } from './asyncapi.js';
export { realtimeErasable } from './realtime.erasable.js';
export { SocketCountEntity } from './socket-count.entity.js';
export { LongPollModule } from './long-poll.module.js';
export { RealtimeModule } from './realtime.module.js';
export { RealtimeAdapter } from './ws/realtime.adapter.js';
