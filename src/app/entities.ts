import { EventEntity, EventHeadEntity } from '../features/events/index.js';
import { ErasureOwedEntity, HourEntity } from '../features/expiry/index.js';
import { LedgerOutboxEntity } from '../features/ledger/index.js';
import { DeliveryEntity } from '../features/snaps/delivery.entity.js';
import { SnapEntity } from '../features/snaps/snap.entity.js';

/** Every table that TypeORM maps. A test compares them with what the migrations make. */
export const entities = [DeliveryEntity, ErasureOwedEntity, EventEntity, EventHeadEntity, HourEntity, LedgerOutboxEntity, SnapEntity];
