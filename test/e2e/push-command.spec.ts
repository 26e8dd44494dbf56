import { flitsCommand } from '../support/command-line.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { PushService } from '../support/push-service.js';

describe('flits push test', () => {
  let service: PushService;
  let flits: TestFlits;
  let anna: Person;
  const push = (handle: string) => flitsCommand(flits.place.environment, 'push', 'test', handle);

  beforeAll(async () => {
    service = await PushService.start();
    flits = await TestFlits.start({ PUSH_ALLOWED_HOSTS: `127.0.0.1:${service.port}`, VAPID_SUBJECT: 'mailto:operator@example.net' });
    anna = await Person.signUp(flits.url);
  });
  afterAll(async () => {
    await flits.stop();
    await service.stop();
  });

  it('says in words that there is nobody, or nothing, to wake up', async () => {
    expect((await push('nobody_here')).answer.error?.message).toContain('Nobody here has this handle');
    expect((await push(anna.handle)).answer.error?.message).toContain('None of this account');
    expect(await flits.query('SELECT admin_name, action, subject FROM admin_audit')).toEqual([
      { admin_name: 'command line', action: 'person.push_test', subject: anna.id },
    ]);
  });

  it('R32: wakes each device over the real path with nothing in it, and says what became of it, but not where', async () => {
    const subscription = service.subscribe();
    await anna.request('PUT', '/v1/devices/current/push', { body: { provider: 'webpush', subscription } });
    const { code, answer, said } = await push(anna.handle);
    expect([code, answer.devices]).toMatchObject([0, [{ provider: 'webpush', outcome: 'sent', why: null }]]);
    const [arrived] = service.for(subscription);
    expect(service.decrypt(arrived!)).toEqual(Buffer.alloc(0));
    for (const secret of [subscription.endpoint, new URL(subscription.endpoint).pathname, subscription.keys.auth])
      expect(said).not.toContain(secret);

    service.answer({ status: 503 });
    const late = await push(anna.handle);
    expect([late.code, late.answer.devices]).toMatchObject([1, [{ outcome: 'later', why: 'unavailable' }]]);
    service.answer({ status: 410 });
    expect((await push(anna.handle)).answer.devices).toMatchObject([{ outcome: 'gone' }]);
    // It is a test: the subscription is the worker's to remove.
    expect(await flits.query('SELECT 1 FROM push_subscriptions')).toHaveLength(1);
  });
});
