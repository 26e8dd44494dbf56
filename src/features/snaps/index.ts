export { DeliveryAcks } from './delivery-acks.js';
export { DeliveryEntity } from './delivery.entity.js';
export { Reportables, type Reportable } from './reportables.js';
export { SnapEntity } from './snap.entity.js';
export { SnapsHttpModule } from './snaps.http.module.js';
export { SnapsModule } from './snaps.module.js';
export { SpreadStoryHandler } from './jobs/spread-story.handler.js';
export { SnapsWorkerModule } from './snaps.worker.module.js';
export { snapsErasable } from './snaps.erasable.js';
