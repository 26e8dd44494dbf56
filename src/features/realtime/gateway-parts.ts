import type { Clock } from '../../platform/clock/index.js';
import type { Authenticator, Caller } from '../../platform/http/index.js';
import type { Random } from '../../platform/ids/index.js';
import { sparingly, type Log } from '../../platform/observability/index.js';
import type { SessionWatch } from '../people/index.js';
import type { AckBatcher } from './ack-batcher.js';
import { deadlinesOf, type SocketDeadlines } from './deadlines.js';
import type { PageReader } from './page-reader.js';
import type { RealtimeSettings } from './realtime.settings.js';
import type { Sockets } from './sockets.js';
import type { Wheel } from './wheel.js';

/** What all connections of a process share; one object, so that a connection keeps one reference. */
export abstract class GatewayParts {
  /** @throws Fault where the token is not good; anything else means that it cannot be told just now */
  abstract authenticate(token: string): Promise<Caller>;
  /** Whether the session ended; what ends later is announced. @throws where that cannot be known now */
  abstract isEnded(deviceId: string): Promise<boolean>;
  /** Something that should work did not; called often while the database is away. */
  abstract onFailed(error: unknown): void;
  /** 0 up to 1, to spread what would come all at once. */
  abstract readonly jitter: () => number;
  abstract readonly sockets: Pick<Sockets, 'opened' | 'identify' | 'forget' | 'closed'>;
  abstract readonly pages: Pick<PageReader, 'read' | 'head'>;
  abstract readonly acks: Pick<AckBatcher, 'add'>;
  abstract readonly wheel: Wheel;
  abstract readonly deadlines: SocketDeadlines;
  abstract readonly settings: RealtimeSettings;
  abstract readonly clock: Clock;
}

const LOG_EVERY_MS = 5000;

/** The parts on the real services; the arguments' order is that of `inject` in realtime.module.ts. */
export function createGatewayParts(
  authenticator: Authenticator,
  sessions: SessionWatch,
  sockets: Sockets,
  pages: PageReader,
  acks: AckBatcher,
  wheel: Wheel,
  settings: RealtimeSettings,
  clock: Clock,
  random: Random,
  log: Log,
): GatewayParts {
  return {
    authenticate: (token) => authenticator.authenticate(token),
    isEnded: (deviceId) => sessions.isEnded(deviceId),
    onFailed: sparingly(LOG_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'a socket has to wait')),
    jitter: () => random.bytes(4).readUInt32BE() / 2 ** 32,
    sockets,
    pages,
    acks,
    wheel,
    deadlines: deadlinesOf(settings, wheel),
    settings,
    clock,
  };
}
