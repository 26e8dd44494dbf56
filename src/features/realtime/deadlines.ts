import type { RealtimeSettings } from './realtime.settings.js';
import type { Wheel } from './wheel.js';

/** The settings in ticks of the wheel, reckoned once for all sockets. */
export interface SocketDeadlines {
  readonly identify: number;
  readonly heartbeat: number;
  readonly stalled: number;
  readonly retry: number;
  readonly framesPerTick: number;
}

export function deadlinesOf(settings: RealtimeSettings, wheel: Wheel): SocketDeadlines {
  return {
    identify: wheel.ticks(settings.identifySeconds),
    heartbeat: wheel.ticks(settings.heartbeatGraceSeconds),
    stalled: wheel.ticks(settings.stalledSeconds),
    retry: wheel.ticks(settings.retrySeconds),
    framesPerTick: settings.framesPerSecond / wheel.ticks(1),
  };
}
