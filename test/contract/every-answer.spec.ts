import { randomUUID } from 'node:crypto';
import { PasswordResets } from '../../src/features/people/password-resets.js';
import { AnswerChecker } from '../support/answer-checker.js';
import { call, contract, Person } from '../support/person.js';
import { PushService } from '../support/push-service.js';
import { samplePhoto } from '../support/sample-photo.js';
import { TestFlits } from '../support/flits.js';

/**
 * One walk through everything the document has. `call` refuses each answer that is not as documented; at the end nothing may be
 * left that was never seen to succeed: a route that is added is to be walked here.
 */
describe('every operation of openapi.json', () => {
  let flits: TestFlits;
  let service: PushService;
  let anna: Person;
  let ben: Person;
  let cem: Person;

  beforeAll(async () => {
    service = await PushService.start();
    flits = await TestFlits.start({ PUSH_ALLOWED_HOSTS: `127.0.0.1:${service.port}`, VAPID_SUBJECT: 'mailto:operator@example.net' });
    [anna, ben] = await Person.friends(flits.url);
    cem = await Person.signUp(flits.url);
  });
  afterAll(async () => {
    await flits.stop();
    await service.stop();
  });

  async function ask<T = Record<string, string>>(who: Person, method: string, path: string, body?: object): Promise<T> {
    const answer = await who.request<T>(method, path, { body, key: randomUUID() });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** What is no JSON. */
  async function read(path: string): Promise<void> {
    const answer = await fetch(flits.url + path);
    const contentType = answer.headers.get('content-type')?.split(';')[0];
    expect(contract().faults({ method: 'GET', path, status: answer.status, contentType, body: await answer.text() })).toEqual([]);
  }

  it('people: friends, codes, lists, blocks, groups', async () => {
    await ask(anna, 'GET', `/v1/users/${cem.handle}`);
    const { id: withdrawn } = await ask(anna, 'POST', '/v1/friend-requests', { handle: cem.handle });
    await ask(cem, 'GET', '/v1/friend-requests');
    await ask(cem, 'DELETE', `/v1/friend-requests/${withdrawn}`);
    const { code } = await ask(anna, 'POST', '/v1/friend-codes', { uses: 1, ask: false });
    await ask(cem, 'GET', `/v1/friend-codes/${code}`);
    await ask(cem, 'POST', '/v1/friend-requests', { code });
    await ask(anna, 'GET', '/v1/friends');
    await ask(anna, 'PUT', '/v1/close-friends', { user_ids: [ben.id] });
    await ask(anna, 'GET', '/v1/close-friends');
    await ask(anna, 'PUT', `/v1/mutes/${ben.id}`);
    await ask(anna, 'GET', '/v1/mutes');
    await ask(anna, 'DELETE', `/v1/mutes/${ben.id}`);

    const { id: groupId } = await ask(anna, 'POST', '/v1/groups', { name: 'walk', member_ids: [ben.id] });
    await ask(ben, 'GET', '/v1/groups');
    await ask(ben, 'GET', `/v1/groups/${groupId}`);
    await ask(ben, 'POST', `/v1/groups/${groupId}/accept`);
    await ask(anna, 'PATCH', `/v1/groups/${groupId}`, { name: 'long walk' });
    await ask(anna, 'POST', `/v1/groups/${groupId}/members`, { user_ids: [cem.id] });
    await ask(anna, 'GET', `/v1/groups/${groupId}`);
    await ask(anna, 'DELETE', `/v1/groups/${groupId}/members/${cem.id}`);
    await ask(ben, 'POST', `/v1/groups/${groupId}/leave`);
    await ask(anna, 'DELETE', `/v1/groups/${groupId}`);

    await ask(cem, 'DELETE', `/v1/friends/${anna.id}`);
    await ask(cem, 'POST', `/v1/blocks/${anna.id}`);
    await ask(cem, 'GET', '/v1/blocks');
    await ask(cem, 'DELETE', `/v1/blocks/${anna.id}`);
  });

  it('snaps: sent, opened, answered, taken back, reported; stories, events, the log', async () => {
    const uploadId = await anna.put(await samplePhoto());
    await ask(anna, 'POST', `/v1/uploads/${uploadId}/ticket`);
    await anna.processed(uploadId);
    const { id, receipt } = (await anna.send({ upload_id: uploadId, caption: 'look', view: { seconds: 5, replays: 1 } }, [ben])).body;
    await ask(ben, 'GET', '/v1/inbox');
    await ask(ben, 'POST', `/v1/snaps/${id}/media`);
    await ask(ben, 'POST', `/v1/snaps/${id}/open`);
    await ask(ben, 'POST', `/v1/snaps/${id}/screenshot`);
    await ask(ben, 'POST', `/v1/snaps/${id}/close`);
    await ask(ben, 'POST', `/v1/snaps/${id}/open`, { replay: true });
    await ask(ben, 'POST', '/v1/reports', { snap_id: id, reason: 'other', note: 'none' });
    await ask(ben, 'GET', '/v1/reports');
    await ben.sendText('where?', [anna], { in_reply_to: id });
    await ask(anna, 'GET', '/v1/inbox');
    await ask(anna, 'GET', '/v1/snaps');
    await ask(anna, 'GET', `/v1/snaps/${id}`);
    const album = await Promise.all([anna.upload(await samplePhoto()), anna.upload(await samplePhoto())]);
    await ask(anna, 'POST', '/v1/snaps', { upload_ids: album, to: { user_ids: [ben.id] } });
    await ask(ben, 'GET', '/v1/inbox');
    const { body: story } = await anna.sendTo({ story: 'friends' }, { text: 'morning' });
    await ask(ben, 'POST', `/v1/snaps/${story.id}/open`);
    await ask(ben, 'GET', '/v1/stories');
    await ask(anna, 'GET', `/v1/snaps/${story.id}/viewers`);
    for (const who of [anna, ben]) await ask(who, 'GET', '/v1/events?after=0&wait_seconds=0');
    await ask(anna, 'DELETE', `/v1/snaps/${id}`);
    await flits.publishLog();
    await flits.shiftClock(0);
    await read('/v1/log/checkpoint');
    await read(`/v1/log/proofs/${receipt?.commitment}`);
    const { items } = await ask<{ items: object[] }>(anna, 'GET', '/v1/log/leaves');
    await ask(anna, 'GET', `/v1/log/consistency?from=1&to=${items.length}`);
  });

  it('accounts: devices, passwords, codes, what is held, the end', async () => {
    for (const path of ['/v1/server', '/livez', '/readyz', '/openapi.json']) expect((await call(flits.url, 'GET', path)).status).toBe(200);
    await ask(anna, 'GET', '/v1/me');
    await ask(anna, 'PATCH', '/v1/me', { display_name: 'Anna', view_time: 'x5' });
    await ask(anna, 'PUT', '/v1/devices/current/push', { provider: 'webpush', subscription: service.subscribe() });
    await ask(anna, 'DELETE', '/v1/devices/current/push');
    const tablet = await anna.onAnotherDevice();
    const { refresh_token } = tablet.session;
    expect((await call(flits.url, 'POST', '/v1/sessions/refresh', { body: { refresh_token } })).status).toBe(200);
    await ask(anna, 'POST', '/v1/sessions/reauth', { password: anna.password });
    await ask(anna, 'GET', '/v1/devices');
    await ask(anna, 'DELETE', `/v1/devices/${tablet.session.device.id}`);
    const secrets = { password: anna.password, new_password: 'wednesday lamp orbit' };
    await ask(anna, 'POST', '/v1/me/password', secrets);
    await ask(anna, 'GET', '/v1/me/held');
    const { url } = await ask(anna, 'POST', '/v1/me/export');
    await ask(anna, 'GET', '/v1/me/export');
    expect((await call(flits.url, 'GET', new URL(url!).pathname)).status).toBe(200);
    await ask(anna, 'DELETE', '/v1/sessions/current');

    const { recovery_code } = cem.session as unknown as { recovery_code: string };
    const recovering = { handle: cem.handle, recovery_code, new_password: 'thursday lamp orbit' };
    expect((await call(flits.url, 'POST', '/v1/sessions/recover', { body: recovering })).status).toBe(200);
    const reset = await flits.flits.app.get(PasswordResets, { strict: false }).create(cem.id);
    const resetting = { reset_code: reset?.code, new_password: 'friday lamp orbit' };
    expect((await call(flits.url, 'POST', '/v1/sessions/reset', { body: resetting })).status).toBe(200);
    await ask(ben, 'DELETE', '/v1/me');
  });

  it('was seen to succeed', () => {
    const { operations } = new AnswerChecker(['contract/openapi.json']);
    expect(operations.length).toBeGreaterThan(60);
    expect(operations.filter((name) => !contract().succeeded.has(name))).toEqual([]);
  });
});
