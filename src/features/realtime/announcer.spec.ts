import { PERSON } from '../../../test/support/realtime-harness.js';
import { Hints, type Hint } from '../../platform/hints/index.js';
import { currentRequestId, type Log } from '../../platform/observability/index.js';
import type { SessionWatch } from '../people/index.js';
import { Announcer } from './announcer.js';
import { Hearers } from './hearers.js';

class FakeHints extends Hints {
  listener?: (hint: Hint) => void;

  override publish(): void {}

  override subscribe(listener: (hint: Hint) => void): () => void {
    this.listener = listener;
    return () => (this.listener = undefined);
  }

  override async check(): Promise<void> {}

  override async close(): Promise<void> {}
}

describe('Announcer', () => {
  const hints = new FakeHints();
  const hearers = new Hearers();
  const lines: unknown[] = [];
  let onEnded: (deviceIds: string[]) => void = () => undefined;
  const sessions = { onEnded: (listener: typeof onEnded) => (onEnded = listener) } as unknown as SessionWatch;
  const log = { debug: (fields: unknown) => lines.push([fields, currentRequestId()]) } as unknown as Log;
  const heard: unknown[] = [];
  const announcer = new Announcer(hints, sessions, hearers, log);

  beforeAll(() => {
    announcer.onModuleInit();
    hearers.add(
      { personId: PERSON, deviceId: 'phone' },
      { hint: (seq) => heard.push([seq, currentRequestId()]), endSession: () => heard.push('over'), makeRoom: () => undefined },
    );
  });
  afterEach(() => void [heard.splice(0), lines.splice(0)]);

  it('tells who waits, under the id of the request that caused it', () => {
    hints.listener?.({ kind: 'events', personId: PERSON, seq: 7, requestId: 'r-1' });
    hints.listener?.({ kind: 'events', personId: PERSON, seq: 8 });
    hints.listener?.({ kind: 'events', personId: 'nobody', seq: 1, requestId: 'r-2' });
    expect(heard).toEqual([[7, 'r-1'], [8, undefined]]); // prettier-ignore
    expect(lines).toEqual([[{ seq: 7, told: 1 }, 'r-1']]);
  });

  it('passes on sessions that ended, as the watch has it and not the hint', () => {
    hints.listener?.({ kind: 'sessions_ended', deviceIds: ['phone'] });
    expect(heard).toEqual([]);
    onEnded(['phone']);
    expect(heard).toEqual(['over']);
  });

  it('stops with the process', () => {
    announcer.onModuleDestroy();
    expect(hints.listener).toBeUndefined();
  });
});
