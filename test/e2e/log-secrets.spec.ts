import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URI } from 'otpauth';
import sharp from 'sharp';
import { conforming } from '../support/av-files.js';
import { flitsCommand } from '../support/command-line.js';
import { FlitsProcess } from '../support/flits-process.js';
import { testEnvironment } from '../support/flits.js';
import { call, Person, type Answer } from '../support/person.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { PushService } from '../support/push-service.js';
import { SecretsSeen } from '../support/secrets-seen.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

/** What was refused left nothing behind to be searched for: each call says how it ends. */
async function done<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`${status} ${(body as { code?: string }).code}`);
  return body;
}

const mark = (what: string) => `${what} ${randomBytes(9).toString('hex')}`;

/**
 * R33, of a whole run: Flits as a process of its own at its most talkative, its standard output and error kept; everything that
 * has a name in the contract is done with it, and much of it wrongly. What it said is then searched for every secret that went by.
 */
describe('R33: what a Flits says while people and operators use it', () => {
  const seen = new SecretsSeen();
  let stopWatching: () => void;
  let folder: string;
  let database: TestDatabase;
  let environment: Record<string, string>;
  let service: PushService;
  let flits: FlitsProcess;
  let subscription: ReturnType<PushService['subscribe']>;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    FlitsProcess.build();
    folder = await mkdtemp(join(tmpdir(), 'flits-says-'));
    [database, service] = await Promise.all([createTestDatabase(), PushService.start()]);
    environment = {
      ...(await testEnvironment(database, folder)),
      LOG_LEVEL: 'trace',
      PUSH_ALLOWED_HOSTS: `127.0.0.1:${service.port}`,
      VAPID_SUBJECT: 'mailto:operator@example.net',
    };
    stopWatching = seen.watchFetch();
    flits = new FlitsProcess(environment, join(__dirname, '../support/flits-node.mjs'));
    await flits.start();
  });
  afterAll(async () => {
    stopWatching();
    await flits.kill('SIGTERM');
    await Promise.all([database.drop(), service.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** A photo that says where it was taken, and whose. */
  const photo = () => {
    const owner = mark('Owner');
    seen.add("the photo's owner", owner);
    return sharp(randomBytes(90 * 60 * 3), { raw: { width: 90, height: 60, channels: 3 } })
      .jpeg()
      .withExif({ IFD0: { Artist: owner }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 22/1 24/1' } })
      .toBuffer();
  };

  it('people: they meet, send, open, report, leave', async () => {
    [anna, ben] = await Person.friends(flits.url);
    for (const person of [anna, ben]) seen.add('password', person.password);
    await done(anna.request('PATCH', '/v1/me', { body: { display_name: mark('Anna') } }));
    subscription = service.subscribe();
    await done(ben.request('PUT', '/v1/devices/current/push', { body: { provider: 'webpush', subscription } }));
    const socket = await SocketClient.identified(flits.url, anna.session.access_token, 0);
    const original = await photo();
    seen.addBytes('the photo', original);
    const uploadId = await anna.upload(original);
    const sent = await done(anna.send({ upload_id: uploadId, caption: mark('caption'), alt: mark('alt') }, [ben]));
    const opened = await done(ben.open(sent.id));
    seen.addBytes('what was seen', await ben.view(opened));
    expect((await ben.open(sent.id)).status).toBe(410);
    await done(ben.request('POST', `/v1/snaps/${sent.id}/screenshot`, { key: randomUUID() }));
    await done(ben.request('POST', `/v1/snaps/${sent.id}/close`));
    const clip = await anna.putAs('clip', 'video/mp4', await conforming());
    expect(await anna.processed(clip)).toMatchObject({ state: 'ready' });
    await done(anna.send({ upload_id: clip }, [ben]));
    const words = await anna.sendText(mark('words'), [ben]);
    await done(ben.open(words.id));
    const about = { reason: 'harassment', snap_id: words.id, note: mark('note') };
    await done(ben.request('POST', '/v1/reports', { key: randomUUID(), body: about }));
    const name = mark('group');
    seen.add('name of a group', name);
    await done(anna.sendTo({ group_ids: [await anna.groupOf([ben], name)] }, { text: mark('to a group') }));
    await done(anna.sendTo({ story: 'friends' }, { text: mark('to a story') }));
    expect(await ben.stories()).toHaveLength(1);
    const { code } = await done(anna.request<{ code: string }>('POST', '/v1/friend-codes', { body: { uses: 2, ask: true } }));
    const cem = await Person.signUp(flits.url);
    await done(cem.request('GET', `/v1/friend-codes/${code}`));
    await done(cem.request('POST', '/v1/friend-requests', { body: { code }, key: randomUUID() }));
    await done(cem.request('GET', `/v1/users/${ben.handle}`));
    const { url } = await done(cem.request<{ url: string }>('POST', '/v1/me/export'));
    expect((await fetch(url)).status).toBe(200);
    const tablet = await anna.onAnotherDevice();
    await done(call(flits.url, 'POST', '/v1/sessions/refresh', { body: { refresh_token: tablet.session.refresh_token } }));
    await done(tablet.request('POST', '/v1/me/password', { body: { password: anna.password, new_password: mark('new password') } }));
    await done(tablet.request('DELETE', `/v1/snaps/${words.id}`));
    await done(cem.request('DELETE', '/v1/me'));
    await socket.close();
    anna = tablet;
  });

  it('operators: they look, decide, invite, reset', async () => {
    const url = `http://127.0.0.1:${environment.ADMIN_PORT}`;
    const made = await flitsCommand(environment, 'admin', 'create', 'op.one', '--role', 'operator');
    const moderator = await flitsCommand(environment, 'admin', 'create', 'mod.one', '--role', 'moderator');
    const support = await flitsCommand(environment, 'admin', 'create', 'help.one');
    const tokens: string[] = [];
    for (const [name, { answer }] of [
      ['op.one', made],
      ['mod.one', moderator],
      ['help.one', support],
    ] as const) {
      const { password, totp_uri: uri } = answer as unknown as { password: string; totp_uri: string };
      seen.add('password of an admin', password);
      seen.add('TOTP secret', new URL(uri).searchParams.get('secret'));
      const totp = URI.parse(uri).generate();
      const logIn = (form: object) => call<{ token: string }>(url, 'POST', '/admin/v1/sessions', { body: { name, ...form } });
      tokens.push((await done(logIn({ password, code: totp }))).token);
      expect((await logIn({ password: mark('wrong password'), code: '000000' })).status).toBe(401);
    }
    const [operator, mod, helper] = tokens;
    const ask = (token: string | undefined, method: string, path: string, body?: object) =>
      done(call(url, method, `/admin/v1${path}`, { token, body }));
    const why = { reason: 'because' };
    const reports = await ask(mod, 'GET', '/reports?state=open');
    const [report] = (reports as { items: { id: string }[] }).items;
    await ask(mod, 'POST', `/reports/${report?.id}/open`, why);
    await ask(mod, 'POST', `/reports/${report?.id}/decide`, { outcome: 'no_action', ...why });
    await ask(mod, 'POST', '/people/find', { handle: ben.handle, ...why });
    await ask(operator, 'POST', '/invites', { uses: 1, days: 1, ...why });
    await ask(helper, 'POST', `/people/${ben.id}/reset-link`, why);
    for (const path of ['/overview', '/audit', '/transparency']) await ask(operator, 'GET', path);
    for (const command of [
      ['invite'],
      ['accounts', 'reset', anna.handle, '--reason', 'a test'],
      ['push', 'test', ben.handle],
      ['doctor'],
      ['purge'],
    ]) {
      const { answer } = await flitsCommand(environment, ...command);
      expect([command, answer]).toEqual([command, expect.objectContaining({ ok: true })]);
      seen.add(`code of ${command.join(' ')}`, answer.code as string | undefined);
    }
  });

  it('what is wrong: broken, misplaced, refused', async () => {
    const secret = (what: string) => {
      const value = mark(what).replaceAll(' ', '-');
      seen.add(what, value);
      return value;
    };
    const token = anna.session.access_token;
    const refused = (status: number, path: string, init: RequestInit) =>
      fetch(flits.url + path, init).then((answer) => expect([path, answer.status]).toEqual([path, status]));
    const json = { 'content-type': 'application/json' };
    await refused(400, '/v1/sessions', {
      method: 'POST',
      headers: json,
      body: `{"handle":"${ben.handle}","password":"${secret('password in broken JSON')}`,
    });
    await refused(401, '/v1/sessions', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ handle: ben.handle, password: secret('wrong password') }),
    });
    await refused(409, '/v1/accounts', {
      method: 'POST',
      headers: { ...json, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ handle: anna.handle, password: secret('password for a handle that is taken'), birth_date: '1990-01-01' }),
    });
    await refused(401, `/v1/me?access_token=${secret('token in a query')}`, {});
    await refused(401, `/v1/snaps/${secret('something in a path')}`, { headers: { authorization: `Bearer ${secret('token of nobody')}` } });
    await refused(404, `/v1/${secret('a path that is none')}`, { headers: { cookie: `session=${secret('cookie')}` } });
    await refused(422, '/v1/snaps', {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text: secret('text of a bad send'), to: { user_ids: ['nobody'] }, [secret('unknown field')]: 1 }),
    });
    await refused(422, '/v1/uploads', {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ key: secret('key of a bad upload') }),
    });
    const poison = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1]), Buffer.from(secret('words in a file that is none'))]);
    expect(await anna.processed(await anna.put(poison))).toMatchObject({ state: 'rejected' });
    const broken = await SocketClient.connect(flits.url);
    broken.socket.send(JSON.stringify({ op: 'identify', token: secret('token of a bad identify') }));
    expect(await broken.closed).toBe(4401);
    const admin = `http://127.0.0.1:${environment.ADMIN_PORT}`;
    expect((await fetch(`${admin}/admin/v1/overview`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  it('none of it stands in what was said, in any form', async () => {
    for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL'])
      seen.add(`password of ${name}`, decodeURIComponent(new URL(environment[name] ?? '').password));
    seen.add('secret of the store', environment.S3_SECRET_ACCESS_KEY);
    for (const file of ['master.key', 'log-signing.key']) seen.add(file, (await readFile(join(folder, 'vault', file), 'utf8')).trim());
    await service.next(subscription);
    const { request_id: last } = (await call<{ request_id: string }>(flits.url, 'GET', '/v1/me')).body;
    await until('the last line', () => flits.output.includes(last));
    expect(await flits.kill('SIGTERM')).toBe(0);

    // The search finds what is there, and there is much to search: hundreds of secrets, and lines of every kind of call.
    const said = flits.output;
    expect(said.includes(last)).toBe(true);
    expect(seen.size).toBeGreaterThan(100);
    const answered = [...said.matchAll(/"route":"([^"]+)","status":(\d)/g)].map(([, route, status]) => `${route} ${status}xx`);
    expect(new Set(answered).size).toBeGreaterThan(40);
    expect(seen.foundIn(said)).toEqual([]);
  });
});
