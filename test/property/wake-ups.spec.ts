import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { PushSettings } from '../../src/features/notifications/notifications.settings.js';
import { WakeTimes } from '../../src/features/notifications/wake-times.js';
import { WakeUps } from '../../src/features/notifications/wake-ups.js';
import { DeliveryAcks } from '../../src/features/snaps/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { PushService } from '../support/push-service.js';

const WINDOW = 60;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ op: 'send' as const }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('look' as const), isAway: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ op: 'minute' as const }) },
  { weight: 2, arbitrary: fc.constant({ op: 'ack' as const }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('unsend' as const), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('open' as const), nth: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'mute' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What the page of the protocol says of wake-ups, and nothing of how it is done. Time in seconds. */
class Model {
  readonly snaps: { readonly id: string; isWaking: boolean }[] = [];
  isMuted = false;
  #now = 0;
  #acked = 0;
  #looked = 0;
  #woken = -Infinity;
  /** A service that was away is asked again after less than a minute. */
  #blockedUntil = -Infinity;

  pass(seconds: number): void {
    this.#now += seconds;
  }

  ack(): void {
    this.#acked = this.snaps.length;
  }

  /** @returns whether a wake-up is sent */
  look(isAway: boolean): boolean {
    if (this.#now < this.#woken + WINDOW || this.#now < this.#blockedUntil) return false;
    const isNew = this.snaps.some(({ isWaking }, index) => isWaking && !this.isMuted && index >= this.#acked && index >= this.#looked);
    if (isNew && isAway) this.#blockedUntil = this.#now + 1;
    else this.#looked = this.snaps.length;
    if (isNew && !isAway) this.#woken = this.#now;
    return isNew;
  }
}

describe('wake-ups, against a model', () => {
  let service: PushService;
  let flits: TestFlits;
  let anna: Person;
  const part = <T>(type: abstract new (...args: never[]) => T): T => flits.flits.app.get<T>(type, { strict: false });

  beforeAll(async () => {
    service = await PushService.start();
    flits = await TestFlits.start({ PUSH_ALLOWED_HOSTS: `127.0.0.1:${service.port}` });
    // Nothing runs but what the steps say; due at once, and asked again within the minute.
    await flits.stopWorker();
    Object.assign(part(PushSettings), { delaySeconds: 0, retrySeconds: 40, maxRetrySeconds: 40, windowSeconds: WINDOW });
    anna = await Person.signUp(flits.url);
  });
  afterAll(async () => {
    await flits.stop();
    await service.stop();
  });

  async function act(model: Model, cara: Person, subscription: { endpoint: string }, one: Step): Promise<void> {
    const deviceId = cara.session.device.id;
    const snap = 'nth' in one && model.snaps.length > 0 ? model.snaps[one.nth % model.snaps.length] : undefined;
    if (one.op === 'send') {
      model.snaps.push({ id: (await anna.sendText('x', [cara], { view: { mode: 'once' } })).id, isWaking: true });
    } else if (one.op === 'minute') {
      const minute = `interval '${WINDOW + 1} seconds'`;
      await flits.query(`UPDATE push_subscriptions SET due_at = due_at - ${minute}, woken_at = woken_at - ${minute}`);
      model.pass(WINDOW + 1);
    } else if (one.op === 'ack') {
      const [{ head } = { head: 0 }] = await flits.query<{ head: string }>('SELECT head FROM event_heads WHERE person_id = $1', [cara.id]);
      await part(DeliveryAcks).ack([{ personId: cara.id, deviceId, seq: Number(head) }]);
      model.ack();
    } else if (one.op === 'mute') {
      model.isMuted = !model.isMuted;
      await cara.request(model.isMuted ? 'PUT' : 'DELETE', `/v1/mutes/${anna.id}`);
    } else if (one.op === 'look') {
      const before = service.for(subscription).length;
      service.answer({ status: one.isAway ? 503 : 201 });
      await part(WakeTimes).mark([cara.id]);
      // As often as queues repeat a job.
      await Promise.all([1, 2, 3].map(() => part(WakeUps).wake(deviceId)));
      expect([one, service.for(subscription).length - before]).toEqual([one, model.look(one.isAway) ? 1 : 0]);
    } else if (snap) {
      if (one.op === 'unsend') await anna.request('DELETE', `/v1/snaps/${snap.id}`);
      else await cara.open(snap.id, randomUUID());
      snap.isWaking = false;
    }
  }

  it('whatever happens in whatever order: one where there is something new and alive that nobody has, at most one a window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const cara = await Person.signUp(flits.url);
        await anna.befriend(cara);
        const subscription = service.subscribe();
        await cara.request('PUT', '/v1/devices/current/push', { body: { provider: 'webpush', subscription } });
        const model = new Model();
        const last: Step[] = [{ op: 'minute' }, { op: 'look', isAway: false }];
        for (const one of [...steps, ...last]) await act(model, cara, subscription, one);
      }),
      { numRuns: 10 },
    );
  });
});
