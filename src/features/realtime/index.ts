export { asyncApiDocument } from './asyncapi.js';
export { RealtimeModule } from './realtime.module.js';
export { RealtimeAdapter } from './ws/realtime.adapter.js';
