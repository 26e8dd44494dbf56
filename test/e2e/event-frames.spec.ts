import { randomUUID } from 'node:crypto';
import { EventPayloads } from '../../src/features/events/event-payloads.js';
import { EventLog, PayloadSources } from '../../src/features/events/index.js';
import { ReportDesk } from '../../src/features/moderation/index.js';
import { Database, type Statement } from '../../src/platform/database/index.js';
import { committedAsyncApi, FrameChecker } from '../support/asyncapi.js';
import { TestFlits } from '../support/flits.js';
import { Person, type PolledEvent } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';
import { SocketClient } from '../support/socket-client.js';

/** Everything a person can be told of happens once, for real; what sockets were sent is held against the document. */
describe('frames as the server sends them, and contract/asyncapi.yaml', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let annaHears: SocketClient;
  let benHears: SocketClient;
  const sockets: SocketClient[] = [];
  let polled: PolledEvent[] = [];

  const listen = async (who: Person): Promise<SocketClient> => {
    const socket = await SocketClient.identified(flits.url, who.session.access_token);
    sockets.push(socket);
    return socket;
  };
  const ok = async (answer: Promise<{ status: number; body: unknown }>): Promise<void> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  };

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
    // What a device does itself, only the person's others are told.
    annaHears = await listen(await anna.onAnotherDevice());
    benHears = await listen(await ben.onAnotherDevice());
  });

  it('a snap, from sent to screenshot', async () => {
    const { id } = await anna.sendText('look', [ben], { view: { mode: 'once', replays: 1 } });
    await annaHears.event('snap.sent');
    const received = await benHears.event('snap.received');
    benHears.ack(received.seq);
    await annaHears.event('snap.delivered');
    await ben.open(id);
    await Promise.all([annaHears.event('snap.opened'), benHears.event('snap.opened')]);
    await ok(ben.request('POST', `/v1/snaps/${id}/screenshot`));
    await annaHears.event('snap.screenshot');
    await ok(ben.request('POST', `/v1/snaps/${id}/close`));
    await ben.open(id, randomUUID(), { replay: true });
    await Promise.all([annaHears.event('snap.replayed'), benHears.event('snap.replayed')]);
  });

  it('a snap that is unsent', async () => {
    const { id } = await anna.sendText('no', [ben]);
    await benHears.event('snap.received', ({ data }) => data.snap_id === id);
    await ok(anna.request('DELETE', `/v1/snaps/${id}`));
    await benHears.event('snap.withdrawn');
  });

  it('uploads, a photo with all its fields, an answer to it, and a snap whose upload is none', async () => {
    const upload = await anna.upload(await samplePhoto());
    await annaHears.event('upload.ready');
    const { id: group } = (await anna.request<{ id: string }>('POST', '/v1/groups', { body: { name: 'group', member_ids: [ben.id] } }))
      .body;
    // Once it is accepted it is told no more.
    await benHears.event('group.invited');
    await ok(ben.request('POST', `/v1/groups/${group}/accept`));
    await annaHears.event('group.joined');
    await anna.sendTo({ group_ids: [group] }, { upload_ids: [upload] });
    const { data } = await benHears.event('snap.received', (event) => 'media' in event.data);
    expect(data).toMatchObject({ group_id: group, album: { index: 0, count: 1 }, media: { content_type: 'image/jpeg' } });
    await ben.sendText('where?', [anna], { in_reply_to: data.snap_id });
    expect((await annaHears.event('snap.received')).data).toMatchObject({ in_reply_to: data.snap_id });
    const broken = await anna.put(Buffer.from('no photo at all'));
    await anna.send({ upload_id: broken }, [ben]);
    await Promise.all([annaHears.event('upload.rejected'), annaHears.event('snap.failed')]);
    await ok(anna.request('PATCH', `/v1/groups/${group}`, { body: { name: 'Monday' } }));
    await benHears.event('group.changed');
    await ok(ben.request('POST', `/v1/groups/${group}/leave`));
    await annaHears.event('group.left');
  });

  it('a group that is deleted', async () => {
    const group = await anna.groupOf([ben]);
    await ok(anna.request('DELETE', `/v1/groups/${group}`));
    await benHears.event('group.deleted');
  });

  it('a story', async () => {
    await ok(ben.request('PUT', `/v1/mutes/${anna.id}`));
    await anna.sendTo({ story: 'friends' }, { text: 'to all' });
    const { data } = await benHears.event('story.posted');
    expect(data).toMatchObject({ muted: true, seen: false });
    await ben.open(String(data.snap_id));
    await annaHears.event('story.viewed');
  });

  it('friends, a report and what came of it', async () => {
    const dora = await Person.signUp(flits.url);
    const doraHears = await listen(dora);
    const asked = await dora.request<{ id: string }>('POST', '/v1/friend-requests', { body: { handle: ben.handle }, key: randomUUID() });
    await benHears.event('friend.requested');
    await ok(ben.request('POST', `/v1/friend-requests/${asked.body.id}/accept`));
    await doraHears.event('friend.accepted');
    const filed = await dora.request<{ id: string }>('POST', '/v1/reports', {
      key: randomUUID(),
      body: { user_id: ben.id, reason: 'harassment' },
    });
    const desk = flits.flits.app.get(ReportDesk, { strict: false });
    await flits.platform.database.transaction((tx) => desk.decide(tx, filed.body.id, { outcome: 'warned', reason: 'rule 3' }));
    await Promise.all([benHears.event('report.decided'), doraHears.event('report.decided')]);
    await ok(dora.request('DELETE', `/v1/friends/${ben.id}`));
    await benHears.event('friend.removed');
  });

  it('a page with all of it in one is two named statements, and says of each event what it says alone', async () => {
    const { database: shared, hints, clock, hours } = flits.platform;
    const database = new NotedDatabase(shared.dataSource);
    const payloads = new EventPayloads(database, flits.flits.app.get(PayloadSources, { strict: false }));
    const log = new EventLog(database, hints, payloads, clock, hours);
    for (const { id } of [anna, ben]) {
      const together = await log.page(id, 0);
      expect(database.noted.splice(0)).toEqual(['events.page', 'events.payloads']);
      const alone = [];
      for (let seq = 0; seq < together.next; seq += 1) alone.push(...(await log.page(id, seq, 1)).events);
      expect(new Set(alone.map(({ type }) => type)).size).toBeGreaterThan(5);
      expect(database.noted.splice(0)).not.toContain('events.payloads');
      expect(together.events).toEqual(alone);
    }
  });

  it('the end of a session, of a heartbeat, of what makes no sense, and of the server', async () => {
    const tablet = await ben.onAnotherDevice();
    await ok(tablet.request('DELETE', '/v1/sessions/current'));
    await benHears.event('session.revoked');
    await benHears.heartbeat();
    benHears.ack(2 ** 40);
    await benHears.next('error');
    polled = (await Promise.all([anna, ben].map((who) => who.events()))).flat();
    await flits.stop();
    await Promise.all(sockets.map(({ closed }) => closed));
  });

  it('nothing was sent that is not in the document, and nothing is in it that was not sent', () => {
    const checker = new FrameChecker();
    const frames = sockets.flatMap(({ frames: sent }) => sent);
    expect(frames.length).toBeGreaterThan(30);
    expect(frames.flatMap((frame) => checker.faults(frame))).toEqual([]);
    // The same events over HTTP.
    expect(polled.length).toBeGreaterThan(20);
    expect(polled.map((event) => ({ op: 'event', prev: 0, ...event })).flatMap((frame) => checker.faults(frame))).toEqual([]);
    const documented = committedAsyncApi.operations.fromServer.messages.map(({ $ref }) => $ref.split('/').at(-1));
    expect([...checker.seen].toSorted()).toEqual(documented.toSorted());
  });
});

/** Writes down what it is asked. */
class NotedDatabase extends Database {
  readonly noted: string[] = [];

  override statement<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]> {
    this.noted.push(statement.name);
    return super.statement(statement, values);
  }

  override query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    this.noted.push(text);
    return super.query(text, values);
  }
}
