import { randomUUID } from 'node:crypto';
import { makeMortalId } from '../../src/platform/ids/index.js';
import { Person, type Answer, type SentSnap } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { SocketClient } from '../support/socket-client.js';
import { samplePhoto } from '../support/sample-photo.js';

interface Detail {
  readonly state: string;
  readonly album?: object;
  readonly in_reply_to?: string;
  readonly deliveries: readonly { user_id: string; state: string }[];
}

describe('one send', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let cem: Person;
  let dora: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  beforeEach(async () => {
    [anna, ben, cem, dora] = (await Promise.all(Array.from({ length: 4 }, () => Person.signUp(flits.url)))) as [
      Person,
      Person,
      Person,
      Person,
    ];
    for (const friend of [ben, cem, dora]) await anna.befriend(friend);
  });
  afterAll(() => flits.stop());

  const detail = async (snapId: string) => (await anna.request<Detail>('GET', `/v1/snaps/${snapId}`)).body;
  const snapIds = async (person: Person) => (await person.inbox()).map(({ snap_id }) => snap_id);

  it('to people, groups and a story at once counts everybody once: by name before group before story', async () => {
    const one = await anna.groupOf([ben, cem], 'one');
    const two = await anna.groupOf([cem, dora], 'two');
    const sent = await anna.sendTo({ user_ids: [ben.id], group_ids: [one, two], story: 'friends' });
    expect(sent.status).toBe(201);
    const of = async (person: Person) => (await person.inbox()).map(({ snap_id, group_id }) => [snap_id, group_id]);
    expect(await of(ben)).toEqual([[sent.body.id, undefined]]);
    const [[, viaCem]] = (await of(cem)) as [[string, string]];
    expect([one, two]).toContain(viaCem);
    expect(await of(dora)).toEqual([[sent.body.id, two]]);
    for (const person of [ben, cem, dora]) {
      expect(await person.stories()).toEqual([]);
      expect((await person.events()).filter(({ data }) => data.snap_id === sent.body.id)).toHaveLength(1);
    }
    expect((await detail(sent.body.id)).deliveries.map(({ user_id }) => user_id).sort()).toEqual([ben.id, cem.id, dora.id].sort());
  });

  it('R45: named people are all or nothing: a stranger, who blocked me, myself, nobody, each with its pointer', async () => {
    const stranger = await Person.signUp(flits.url);
    await cem.request('POST', `/v1/blocks/${anna.id}`);
    const refused = await anna.sendTo({ user_ids: [ben.id, stranger.id, cem.id, anna.id, randomUUID()], story: 'friends' });
    expect([refused.status, refused.body.code]).toEqual([422, 'recipient_unavailable']);
    expect((refused.body as unknown as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(
      [1, 2, 3, 4].map((index) => `/to/user_ids/${index}`),
    );
    expect(await snapIds(ben)).toEqual([]);
    expect(await ben.stories()).toEqual([]);
  });

  it('a block inside a group drops just what is between those two, silently; a running view is not cut', async () => {
    const id = await anna.groupOf([ben, cem, dora]);
    const before = await ben.sendTo({ group_ids: [id] }, { text: 'x', view: { mode: 'once' } });
    const key = randomUUID();
    expect((await cem.open(before.body.id, key)).status).toBe(200);
    await cem.request('POST', `/v1/blocks/${ben.id}`);
    expect((await cem.open(before.body.id, key)).status).toBe(200);
    const fromBen = await ben.sendTo({ group_ids: [id] });
    const fromCem = await cem.sendTo({ group_ids: [id] }, { upload_id: await cem.upload(await samplePhoto()) });
    expect([fromBen.status, fromCem.status]).toEqual([201, 201]);
    expect(await snapIds(dora)).toEqual(expect.arrayContaining([fromBen.body.id, fromCem.body.id]));
    expect(await snapIds(cem)).not.toContain(fromBen.body.id);
    expect(await snapIds(ben)).not.toContain(fromCem.body.id);
    expect((await dora.request('POST', `/v1/snaps/${fromCem.body.id}/media`)).status).toBe(200);
    expect((await ben.open(fromCem.body.id)).status).toBe(404);
    // R1: who has the id from somebody else can do with it what can be done with an id of nothing.
    const nobodys = makeMortalId(new Date(fromCem.body.expires_at).getTime(), Buffer.alloc(10, 7));
    for (const snapId of [fromCem.body.id, nobodys]) {
      const about = { snap_id: snapId, reason: 'spam' };
      expect((await ben.request('POST', '/v1/reports', { key: randomUUID(), body: about })).body.code).toBe('not_found');
      for (const [method, verb] of [
        ['POST', '/media'],
        ['POST', '/close'],
        ['POST', '/screenshot'],
        ['GET', ''],
        ['DELETE', ''],
        ['GET', '/viewers'],
      ] as const)
        expect([verb, (await ben.request(method, `/v1/snaps/${snapId}${verb}`)).body.code]).toEqual([verb, 'not_found']);
    }
    // Nor does naming them help, and the answer is that of a stranger.
    expect((await ben.sendTo({ user_ids: [cem.id] })).body.code).toBe('recipient_unavailable');
    // Lifted again, what was dropped does not come back.
    await cem.request('DELETE', `/v1/blocks/${ben.id}`);
    expect(await snapIds(cem)).not.toContain(fromBen.body.id);
  });

  it('a block inside a group looks to either sender like somebody who never looks, whatever the others do', async () => {
    const id = await anna.groupOf([ben, cem, dora]);
    const once = { text: 'x', view: { mode: 'once' } };
    const seen = async (sender: Person, snapId: string, whom: Person) => {
      const { status, body } = await sender.request<Detail>('GET', `/v1/snaps/${snapId}`);
      const told = (await sender.events()).filter(({ data }) => data.snap_id === snapId && data.user_id === whom.id);
      return { status, snap: body.state, delivery: body.deliveries.find(({ user_id }) => user_id === whom.id)?.state, told };
    };
    /** What a sender sees of one member, before and after all others have opened and closed, and when it is taken back. */
    const watch = async (sender: Person, whom: Person, others: readonly Person[], then?: () => Promise<unknown>) => {
      const { body: snap } = await sender.sendTo({ group_ids: [id] }, once);
      await then?.();
      const history = [await seen(sender, snap.id, whom)];
      for (const other of others) {
        expect((await other.open(snap.id)).status).toBe(200);
        expect((await other.request('POST', `/v1/snaps/${snap.id}/close`)).status).toBe(204);
      }
      await flits.sweep();
      history.push(await seen(sender, snap.id, whom));
      const { body } = await sender.request<Detail>('DELETE', `/v1/snaps/${snap.id}`);
      return [...history, body.deliveries.find(({ user_id }) => user_id === whom.id)?.state];
    };
    const silent = await watch(ben, cem, [anna, dora]);
    const blockedMeanwhile = await watch(ben, cem, [anna, dora], () => cem.request('POST', `/v1/blocks/${ben.id}`));
    const blocked = await watch(ben, cem, [anna, dora]);
    const blocking = await watch(cem, ben, [anna, dora]);
    const never = { status: 200, snap: 'accepted', delivery: 'accepted', told: [] };
    expect(silent).toEqual([never, never, 'withdrawn']);
    for (const history of [blockedMeanwhile, blocked, blocking]) expect(history).toEqual(silent);
  });

  it('a block ends what waits between two members who are no friends', async () => {
    const id = await anna.groupOf([ben, cem]);
    const snap = await ben.sendTo({ group_ids: [id] });
    await cem.request('POST', `/v1/blocks/${ben.id}`);
    expect((await cem.open(snap.body.id)).status).toBe(404);
    expect((await anna.open(snap.body.id)).status).toBe(200);
  });

  it('ending a friendship keeps what came through a group of both', async () => {
    const id = await anna.groupOf([ben]);
    const direct = await anna.sendTo({ user_ids: [ben.id] });
    const through = await anna.sendTo({ group_ids: [id] });
    const story = await anna.sendTo({ story: 'friends' });
    await anna.request('DELETE', `/v1/friends/${ben.id}`);
    // By name as well: two who share a group reach each other.
    for (const { body } of [direct, through]) expect((await ben.open(body.id)).status).toBe(200);
    expect((await ben.open(story.body.id)).status).toBe(404);
    expect(await ben.stories()).toEqual([]);
  });

  it('R9: sends that race a leave and a block reach whoever has gone with nothing', async () => {
    const id = await anna.groupOf([ben, cem, dora]);
    const send = () => anna.sendTo({ group_ids: [id] }, { text: 'x', view: { mode: 'once' } });
    const sends = Array.from({ length: 30 }, async (_, n) => {
      if (n === 10) await ben.request('POST', `/v1/groups/${id}/leave`);
      if (n === 15) await cem.request('POST', `/v1/blocks/${anna.id}`);
      return send();
    });
    const sent = await Promise.all(sends);
    expect(sent.map(({ status }) => status)).toEqual(sends.map(() => 201));
    expect(await snapIds(dora)).toHaveLength(30);
    for (const gone of [ben, cem]) {
      expect(await snapIds(gone)).toEqual([]);
      const opens = await Promise.all(sent.map(({ body }) => gone.open(body.id)));
      expect(new Set(opens.map(({ status }) => status))).toEqual(new Set([404]));
    }
  });

  it('is told over the socket: to the sender’s and the viewer’s own other devices, to members and to friends', async () => {
    const [annasOther, bensOther] = await Promise.all([anna.onAnotherDevice(), ben.onAnotherDevice()]);
    const [atAnna, atBen, annaHerself, benHimself] = await Promise.all(
      [annasOther, bensOther, anna, ben].map(({ session }) => SocketClient.identified(flits.url, session.access_token)),
    );
    const id = await anna.groupOf([ben]);
    expect((await atBen!.event('group.joined')).data).toMatchObject({ group_id: id, user: { id: ben.id } });
    const [snap, story] = [await anna.sendTo({ group_ids: [id] }), await anna.sendTo({ story: 'friends' })];
    expect((await atAnna!.event('snap.sent')).data).toEqual({ snap_id: snap.body.id });
    expect((await atBen!.event('snap.received')).data).toMatchObject({ snap_id: snap.body.id, group_id: id });
    expect((await atBen!.event('story.posted')).data).toMatchObject({ snap_id: story.body.id, seen: false });
    for (const { body } of [snap, story]) await ben.open(body.id);
    expect((await atBen!.event('snap.opened')).data).toEqual({ snap_id: snap.body.id, user_id: ben.id });
    expect((await atAnna!.event('snap.opened')).data).toEqual({ snap_id: snap.body.id, user_id: ben.id });
    expect((await atAnna!.event('story.viewed')).data).toEqual({ snap_id: story.body.id, user_id: ben.id });
    await ben.request('POST', `/v1/snaps/${snap.body.id}/screenshot`);
    expect((await atAnna!.event('snap.screenshot')).data).toEqual({ snap_id: snap.body.id, user_id: ben.id });
    // The devices that did it were told of everything else, and know that themselves.
    await Promise.all([annaHerself!.event('snap.screenshot'), benHimself!.event('story.posted')]);
    await Promise.all([annaHerself!.heartbeat(), benHimself!.heartbeat()]);
    // An invitation that was accepted before it was told is told no more.
    const [annas, bens] = [annaHerself!, benHimself!].map(({ frames }) =>
      frames.flatMap((frame) => (frame.op === 'event' && frame.type !== 'group.invited' ? [frame.type] : [])),
    );
    expect(annas).toEqual(['group.joined', 'snap.opened', 'story.viewed', 'snap.screenshot']);
    expect(bens).toEqual(['group.joined', 'snap.received', 'story.posted']);
    for (const socket of [atAnna!, atBen!, annaHerself!, benHimself!]) await socket.close();
  });

  it('to a group of nobody else, or a story without friends, is accepted and reaches nobody', async () => {
    const lone = await Person.signUp(flits.url);
    const id = await lone.groupOf([]);
    for (const to of [{ group_ids: [id] }, { story: 'friends' }, { story: 'close' }]) expect((await lone.sendTo(to)).status).toBe(201);
    expect((await lone.sendTo({})).body.code).toBe('validation_failed');
    expect((await lone.sendTo({ user_ids: [], group_ids: [] })).body.code).toBe('validation_failed');
  });

  it('R45: people and groups are at most 100 together, each counted once', async () => {
    const people = await flits.query<{ id: string }>(
      `INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
       SELECT gen_random_uuid(), 'c' || left($1, 8) || n, 'crowd', '', '' FROM generate_series(1, 101) n RETURNING id`,
      [randomUUID()],
    );
    const ids = people.map(({ id }) => id);
    await flits.query('INSERT INTO friendships (person_id, friend_id) SELECT $1, unnest($2::uuid[])', [anna.id, ids]);
    const group = await anna.groupOf([]);
    await flits.query(
      `INSERT INTO group_members (group_id, person_id, state, invited_by, since) SELECT $1, unnest($2::uuid[]), 'member', $3, flits_now()`,
      [group, ids.slice(0, 99), anna.id],
    );
    expect((await anna.sendTo({ user_ids: ids.slice(0, 100), group_ids: [group] })).status).toBe(201);
    const refused = await anna.sendTo({ user_ids: ids.slice(99), group_ids: [group] });
    expect(refused.body).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/to' }] });
  });

  describe('an answer', () => {
    it('goes to exactly the author of what one was sent; anything wider would be a comment', async () => {
      const group = await anna.groupOf([ben, cem]);
      const { id } = await anna.sendText('look', [ben]);
      const answer = await ben.sendTo({ user_ids: [anna.id] }, { text: 'nice', in_reply_to: id });
      expect(answer.status).toBe(201);
      expect((await anna.inbox())[0]).toMatchObject({ snap_id: answer.body.id, in_reply_to: id });
      expect((await ben.request<Detail>('GET', `/v1/snaps/${answer.body.id}`)).body.in_reply_to).toBe(id);
      const refused: [Person, object, string][] = [
        [ben, { user_ids: [anna.id], group_ids: [group] }, id],
        [ben, { group_ids: [group] }, id],
        [ben, { user_ids: [anna.id], story: 'friends' }, id],
        [ben, { user_ids: [anna.id, cem.id] }, id],
        [ben, { user_ids: [cem.id] }, id], // not its author
        [cem, { user_ids: [anna.id] }, id], // never sent to Cem
        [cem, { user_ids: [anna.id] }, randomUUID()],
        [anna, { user_ids: [ben.id] }, id], // her own
      ];
      const answers = await Promise.all(refused.map(([who, to, of]) => who.sendTo({ ...to }, { text: 'x', in_reply_to: of })));
      expect(answers.map(({ status }) => status)).toEqual(refused.map(() => 422));
      const [foreign, nobodys] = [answers[5]!, answers[6]!].map(({ body }) => ({ ...body, request_id: 0 }));
      expect(foreign).toEqual(nobodys);
    });

    it('loses the reference when the original goes, and lives on', async () => {
      const { id } = await anna.sendText('look', [ben]);
      const answer = await ben.sendTo({ user_ids: [anna.id] }, { text: 'nice', in_reply_to: id });
      await anna.request('DELETE', `/v1/snaps/${id}`);
      const [item] = await anna.inbox();
      expect([item?.snap_id, item?.in_reply_to]).toEqual([answer.body.id, undefined]);
      expect((await anna.open(answer.body.id)).body.text).toBe('nice');
    });

    it('may be written to a view-once that is over: the reference is dead, the answer arrives', async () => {
      const { id } = await anna.sendText('once', [ben], { view: { mode: 'once' } });
      await ben.open(id);
      await ben.request('POST', `/v1/snaps/${id}/close`);
      const answer = await ben.sendTo({ user_ids: [anna.id] }, { text: 'ha', in_reply_to: id });
      expect(answer.status).toBe(201);
      expect((await anna.inbox())[0]?.in_reply_to).toBeUndefined();
    });

    it('may be written to what has expired meanwhile, its hour over or not: the reference is dead, the answer arrives', async () => {
      const { id } = await anna.sendText('gone soon', [ben], { ttl_seconds: 60 });
      for (const seconds of [61, 2 * 3600]) {
        await flits.shiftClock(seconds);
        await flits.sweep(); // with its hour, its rows are gone
        const answer = await ben.sendTo({ user_ids: [anna.id] }, { text: 'too late?', in_reply_to: id });
        expect([seconds, answer.status]).toEqual([seconds, 201]);
        expect((await anna.inbox()).find(({ snap_id }) => snap_id === answer.body.id)).not.toHaveProperty('in_reply_to');
      }
      await flits.shiftClock(0);
    });
  });

  describe('an album', () => {
    type Items = { items: (SentSnap & { album: { id: string; index: number; count: number } })[] };
    const send = (uploadIds: string[], key: string = randomUUID()) =>
      anna.sendTo({ user_ids: [ben.id] }, { upload_ids: uploadIds, caption: 'all of us' }, key) as unknown as Promise<
        Answer<Items & { code: string }>
      >;

    it('is one snap each, in order, accepted together, and the same again for the same key', async () => {
      const photo = await samplePhoto();
      const uploads = await Promise.all([anna.upload(photo), anna.put(photo), anna.upload(photo)]); // one not completed yet
      const key = randomUUID();
      const sent = await send(uploads, key);
      expect(sent.status).toBe(201);
      const { items } = sent.body;
      expect(items.map(({ album }) => [album.index, album.count])).toEqual([0, 1, 2].map((index) => [index, 3]));
      expect(new Set(items.map(({ album }) => album.id)).size).toBe(1);
      expect(new Set(items.map(({ id }) => id)).size).toBe(3);
      expect(new Set(items.map(({ expires_at }) => expires_at)).size).toBe(1);
      for (let arrived = 0; arrived < 3;) arrived = (await ben.nextEvent('snap.received').then(() => ben.inbox())).length;
      const inbox = await ben.inbox();
      expect(inbox.map(({ snap_id, album }) => [snap_id, album]).sort()).toEqual(items.map(({ id, album }) => [id, album]).sort());
      const opened = await ben.open(items[1]!.id);
      expect(opened.body.caption).toBe('all of us');
      expect((await ben.view(opened.body)).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));

      expect((await send(uploads, key)).body.items.map(({ id, state }) => [id, state])).toEqual(items.map(({ id }) => [id, 'accepted']));
      await anna.request('DELETE', `/v1/snaps/${items[0]!.id}`);
      expect((await send(uploads, key)).body.items.map(({ state }) => state)).toEqual(['erased', 'accepted', 'accepted']);
      expect((await send(uploads)).body.code).toBe('upload_used');
      expect(await flits.query('SELECT 1 FROM mortal.snaps WHERE sender_id = $1', [anna.id])).toHaveLength(3);
    });

    it('is refused as a whole, with a pointer to what is at fault', async () => {
      const photo = await samplePhoto();
      const [first, second] = await Promise.all([anna.upload(photo), anna.upload(photo)]);
      await anna.send({ upload_id: second }, [ben]);
      const refused = await send([first, second]);
      expect(refused.body).toMatchObject({ code: 'upload_used', errors: [{ pointer: '/upload_ids/1' }] });
      expect((await send([first, randomUUID()])).status).toBe(404);
      expect((await send([first, first])).body.code).toBe('validation_failed');
      expect((await send([])).body.code).toBe('validation_failed');
      expect((await anna.send({ upload_id: first }, [ben])).status).toBe(201); // still unused
    });
  });
});
