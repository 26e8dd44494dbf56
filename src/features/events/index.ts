export { EventEntity } from './event.entity.js';
export { EventHeadEntity } from './event-head.entity.js';
export { EventLog, type Appended, type EventPage, type LoggedEvent, type NewEvent } from './event-log.js';
export { EventPayloads, type EventSubject, type PayloadResolver } from './event-payloads.js';
export { eventTypes, type EventType } from './event-types.js';
export { jumpCounters } from './restored-counters.js';
export { EventsModule } from './events.module.js';
export { eventsErasable } from './events.erasable.js';
