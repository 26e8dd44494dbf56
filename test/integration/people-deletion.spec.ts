import { randomUUID } from 'node:crypto';
import { PersonalData } from '../../src/features/people/index.js';
import { crowdOfFriends } from '../support/crowd.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

/** Every row of the database, apart from queues and the history of the schema, that speaks of something. */
async function rowsAbout(flits: TestFlits, what: string): Promise<string[]> {
  const tables = await flits.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'mortal') AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await flits.query(`SELECT 1 FROM ${name} AS t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`, [what]);
    if (rows.length > 0) found.push(name);
  }
  return found.toSorted();
}

describe('an account that is deleted', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  const signUpAs = (handle: string) =>
    call(flits.url, 'POST', '/v1/accounts', { body: { handle, password: 'tuesday lamp orbit' }, key: randomUUID() });

  it('wants the password within the last 5 minutes', async () => {
    const anna = await Person.signUp(flits.url);
    await flits.query(`UPDATE devices SET reauthenticated_at = flits_now() - interval '301 seconds' WHERE person_id = $1`, [anna.id]);
    const refused = await anna.request('DELETE', '/v1/me');
    expect([refused.status, refused.body.code]).toEqual([403, 'reauth_required']);
    await anna.request('POST', '/v1/sessions/reauth', { body: { password: anna.password } });
    expect((await anna.request('DELETE', '/v1/me')).status).toBe(202);
  });

  it('is deleted although it is put out of a group at the same moment', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const groupId = await anna.groupOf([ben]);
    let leaving: ReturnType<Person['request']> | undefined;
    await flits.platform.database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM groups WHERE id = $1 FOR UPDATE', [groupId]);
      leaving = ben.request('DELETE', '/v1/me');
      await until('the deletion to wait for the group', async () => {
        const held = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return (await flits.query(held)).length > 0;
      });
      await tx.query('DELETE FROM group_members WHERE group_id = $1 AND person_id = $2', [groupId, ben.id]);
    });
    expect((await leaving!).status).toBe(202);
    expect((await ben.request('GET', '/v1/me')).body.code).toBe('session_ended');
  });

  it('R5: is unreadable at once: sessions, snaps, and within 5 s sockets and links', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const tablet = await anna.onAnotherDevice();
    const socket = await SocketClient.identified(flits.url, tablet.session.access_token);
    const uploadId = await anna.upload(await samplePhoto());
    const photo = (await anna.send({ upload_id: uploadId, view: { mode: 'until_expiry' } }, [ben])).body;
    const note = await anna.sendText('for ben', [ben]);
    const opened = await ben.open(photo.id);
    const link = opened.body.media!.url;
    expect((await fetch(link)).status).toBe(200);
    const { refresh_token } = anna.session;

    expect((await anna.request('DELETE', '/v1/me')).status).toBe(202);
    const ended = performance.now();
    expect(await socket.closed).toBe(4410);
    await until('a dead link', async () => (await fetch(link)).status === 404);
    expect(performance.now() - ended).toBeLessThan(5000);
    for (const device of [anna, tablet]) expect((await device.request('GET', '/v1/me')).body.code).toBe('session_ended');
    expect((await call(flits.url, 'POST', '/v1/sessions/refresh', { body: { refresh_token } })).body.code).toBe('session_ended');
    const logIn = await call(flits.url, 'POST', '/v1/sessions', { body: { handle: anna.handle, password: anna.password } });
    expect(logIn.body.code).toBe('invalid_credentials');
    expect(await ben.inbox()).toEqual([]);
    expect((await ben.open(note.id)).body.code).toBe('snap_erased');
    expect((await ben.open(photo.id)).body.code).toBe('snap_erased');
    expect((await ben.request('POST', `/v1/snaps/${photo.id}/media`)).body.code).toBe('snap_erased');
    expect((await ben.request('GET', `/v1/users/${anna.handle}`)).status).toBe(404);
    expect((await ben.request<{ items: [] }>('GET', '/v1/friends')).body.items).toEqual([]);
    expect((await ben.nextEvent('friend.removed')).data).toEqual({ user_id: anna.id });
    for (const { receipt } of [photo, note]) {
      await until('an ERASE leaf', async () => {
        const rows = await flits.query(`SELECT 1 FROM ledger_outbox WHERE leaf LIKE '%' || $1 || ' | account_ended%'`, [
          receipt?.commitment,
        ]);
        return rows.length === 1;
      });
    }
  });

  it('keeps its handle from others for 30 days, and nobody can read which handles those are', async () => {
    const anna = await Person.signUp(flits.url);
    await anna.request('DELETE', '/v1/me');
    expect((await signUpAs(anna.handle)).body.code).toBe('handle_taken');
    expect(await rowsAbout(flits, anna.handle)).toEqual([]);
    const [held] = await flits.query<{ days: number }>(
      'SELECT extract(day FROM held_until - flits_now())::int AS days FROM handle_quarantine ORDER BY held_until DESC LIMIT 1',
    );
    expect(held?.days).toBe(29);
    await flits.query(`UPDATE handle_quarantine SET held_until = flits_now()`);
    expect((await signUpAs(anna.handle)).status).toBe(201);
  });

  it('of a sign-up at the same moment, none gets the handle', async () => {
    for (let round = 0; round < 4; round += 1) {
      const anna = await Person.signUp(flits.url);
      const [deleted, taken] = await Promise.all([anna.request('DELETE', '/v1/me'), signUpAs(anna.handle)]);
      expect([deleted.status, taken.body.code]).toEqual([202, 'handle_taken']);
    }
  });

  it('racing its own sends leaves nothing: each is erased, or never was', async () => {
    for (let round = 0; round < 2; round += 1) {
      const [anna, ben] = await Person.friends(flits.url);
      const tablet = await anna.onAnotherDevice();
      const uploadId = await anna.upload(await samplePhoto());
      const sends = [
        anna.send({ upload_id: uploadId }, [ben]),
        ...Array.from({ length: 16 }, (_, n) => (n % 2 ? anna : tablet).send({ text: `${n}` }, [ben])),
        anna.request('POST', '/v1/friend-requests', { body: { handle: ben.handle }, key: randomUUID() }),
      ];
      const [deleted, ...answers] = await Promise.all([anna.request('DELETE', '/v1/me'), ...sends]);
      expect(deleted.status).toBe(202);
      expect(answers.every(({ status }) => [201, 401, 404, 422].includes(status))).toBe(true);
      expect(await flits.query(`SELECT id FROM mortal.snaps WHERE sender_id = $1 AND state <> 'erased'`, [anna.id])).toEqual([]);
      expect(await ben.inbox()).toEqual([]);
    }
    await until('an empty store', async () => {
      await flits.sweep();
      return (await flits.objectNames()).length === 0;
    });
  });

  it('is gone within the hour, row by row, whatever it had; what others have stays', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const [cleo, dora] = await Person.friends(flits.url);
    await anna.befriend(cleo);
    await ben.befriend(cleo);
    await anna.request('POST', `/v1/blocks/${dora.id}`);
    await anna.request('PUT', `/v1/mutes/${ben.id}`);
    await ben.request('PUT', `/v1/mutes/${anna.id}`);
    await ben.request('PUT', '/v1/close-friends', { body: { user_ids: [anna.id] } });
    await anna.request('PATCH', '/v1/me', { body: { display_name: 'Anna Nobodyelse' } });
    await anna.upload(await samplePhoto());
    const groupId = await anna.groupOf([ben, cleo]);
    await anna.sendText('to ben', [ben, cleo]);
    await anna.sendTo({ group_ids: [groupId], story: 'friends' });
    const toAnna = await ben.sendText('to both', [anna, cleo]);
    await anna.open(toAnna.id);
    await anna.request('POST', '/v1/me/export');
    const extra = await Person.signUp(flits.url);
    await extra.request('POST', '/v1/friend-requests', { body: { handle: anna.handle }, key: randomUUID() });
    expect(await rowsAbout(flits, anna.id)).toEqual(
      expect.arrayContaining([
        'mortal.deliveries',
        'mortal.events',
        'public.blocks',
        'public.close_friends',
        'public.friendships',
        'public.mutes',
      ]),
    );
    const [{ tombstone }] = (await flits.query('SELECT tombstone FROM people WHERE id = $1', [anna.id])) as [{ tombstone: string }];

    await anna.request('DELETE', '/v1/me');
    expect(await rowsAbout(flits, 'Anna Nobodyelse')).toEqual([]);
    await flits.sweep();
    expect(await rowsAbout(flits, anna.id)).toContain('public.people'); // its sessions still refuse its tokens
    await flits.shiftClock(17 * 60);
    await flits.sweep();
    await flits.shiftClock(0);
    // Of others' events only the number is left, which names nobody any more and dies with the event.
    expect(await rowsAbout(flits, anna.id)).toEqual(['mortal.events']);
    expect(await flits.query('SELECT 1 FROM mortal.events WHERE owner_id = $1', [anna.id])).toEqual([]);
    const tombstones: string[] = [];
    for await (const page of flits.platform.tombstones.pages()) tombstones.push(...page);
    expect(tombstones).toContain(tombstone);
    expect((await cleo.inbox()).map(({ snap_id }) => snap_id)).toEqual([toAnna.id]);
    const friends = await cleo.request<{ items: { id: string }[] }>('GET', '/v1/friends');
    expect(friends.body.items.map(({ id }) => id).toSorted()).toEqual([ben.id, dora.id].toSorted());
  });
});

describe('what is held about a person', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  type Export = Record<string, Record<string, unknown>[]>;
  const linkOf = async (who: Person) => (await who.request<{ url: string }>('POST', '/v1/me/export')).body.url;
  const read = async (url: string) => {
    const answer = await fetch(url);
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Export };
  };

  it('is answered with what for and until when, and exported as JSON behind a link', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    await anna.request('PATCH', '/v1/me', { body: { display_name: 'Anna' } });
    const sent = await anna.sendText('words that are nobody else’s', [ben]);
    const received = await ben.sendText('back', [anna]);
    const created = await anna.request('POST', '/v1/me/export');
    expect([created.status, created.body]).toEqual([
      202,
      {
        id: expect.any(String) as string,
        state: 'ready',
        url: expect.stringContaining(`${flits.url}/v1/exports/`) as string,
        expires_at: expect.any(String) as string,
        server_time: expect.any(String) as string,
      },
    ]);
    const { id, url, expires_at } = created.body;
    expect((await anna.request('GET', '/v1/me/export')).body).toMatchObject({ id, url, expires_at });
    const { body, headers } = await read(created.body.url as string);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.account).toEqual([
      expect.objectContaining({ id: anna.id, handle: anna.handle, display_name: 'Anna', birth_date: '1990-01-01' }),
    ]);
    expect(body.friends).toEqual([expect.objectContaining({ user_id: ben.id, handle: ben.handle })]);
    expect(body.snaps_sent).toEqual([
      expect.objectContaining({ id: sent.id, sent_to: [{ user_id: ben.id, state: 'accepted', opened_at: null }] }),
    ]);
    expect(body.snaps_received).toEqual([expect.objectContaining({ id: received.id, sender_id: ben.id })]);
    expect(JSON.stringify(body)).not.toMatch(/words that|argon2|hash"|_mac/);
    const held = (await anna.request<{ items: { name: string; what: string; until: string; rows: number }[] }>('GET', '/v1/me/held')).body
      .items;
    expect(held.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(body)
        .filter((name) => !['made_at', 'notes'].includes(name))
        .toSorted(),
    );
    for (const { name, what, until: time, rows } of held) {
      expect([name, rows]).toEqual([name, body[name]!.length]);
      expect(Math.min(what.length, time.length)).toBeGreaterThan(10);
    }
  });

  it('R31: holds nothing that was erased or taken back, not even where that came after the link', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const uploadId = await anna.upload(await samplePhoto());
    const unsent = (await anna.send({ upload_id: uploadId }, [ben])).body;
    const received = await ben.sendText('two', [anna]);
    const url = await linkOf(anna);
    await anna.request('DELETE', `/v1/snaps/${unsent.id}`);
    await ben.request('POST', `/v1/blocks/${anna.id}`);
    const { body } = await read(url);
    expect([body.snaps_sent, body.snaps_received, body.friends]).toEqual([[], [], []]);
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`${unsent.id}|${uploadId}|${received.id}`));
  });

  it('holds events as the log tells them: when a snap was delivered no finer than the hour', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const snap = await anna.sendText('one', [ben]);
    await ben.acknowledge((await ben.nextEvent('snap.received')).seq);
    const { seq } = await anna.nextEvent('snap.delivered');
    const { body } = await read(await linkOf(anna));
    const told = await (await anna.onAnotherDevice()).events();
    expect(body.events).toEqual(
      told.map((event) => (event.type === 'snap.sent' ? { ...event, device_id: anna.session.device.id } : event)),
    );
    expect(body.events?.find((event) => event.seq === seq)).toMatchObject({
      type: 'snap.delivered',
      at: expect.stringMatching(/T\d\d:00:00\.000Z$/) as string,
      data: { snap_id: snap.id, user_id: ben.id },
    });
  });

  it('holds what the person reported, in their words, and of what was filed about them what they were told', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const snap = await ben.sendText('unkind', [anna]);
    const note = 'it was not the first time';
    const body = { snap_id: snap.id, reason: 'harassment', note };
    const { id } = (await anna.request('POST', '/v1/reports', { body, key: randomUUID() })).body;
    const mine = (await read(await linkOf(anna))).body.reports;
    expect(mine).toEqual([expect.objectContaining({ id, snap_id: snap.id, user_id: ben.id, note, evidence: 'sealed' })]);
    expect((await read(await linkOf(ben))).body.reports).toEqual([]);
    await flits.query(`UPDATE reports SET outcome = 'warned', outcome_reason = 'be kind', decided_at = flits_now()`);
    const told = { id, reason: 'harassment', outcome: 'warned', outcome_reason: 'be kind', decided_at: expect.any(String) as string };
    const hidden = { evidence: null, created_at: null, snap_id: null, user_id: null, group_id: null, note: null };
    expect((await read(await linkOf(ben))).body.reports).toEqual([{ ...told, ...hidden }]);
  });

  it('says of what was sent as much as its sender is told, also where receipts are off', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const told = await anna.sendText('one', [ben], { view: { mode: 'once', seconds: 5, replays: 1 } });
    await ben.open(told.id);
    await ben.request('PATCH', '/v1/me', { body: { opened_receipts: false } });
    const silent = await anna.sendText('two', [ben]);
    await ben.open(silent.id);
    const { body } = await read(await linkOf(anna));
    expect(body.snaps_sent).toEqual([
      expect.objectContaining({
        id: told.id,
        view_seconds: 5,
        replays: 1,
        sent_to: [{ user_id: ben.id, state: 'opened', opened_at: expect.stringMatching(/\.\d{3}Z$/) as string }],
      }),
      expect.objectContaining({ id: silent.id, sent_to: [{ user_id: ben.id, state: 'accepted', opened_at: null }] }),
    ]);
    expect((await read(await linkOf(ben))).body.snaps_received).toEqual([
      expect.objectContaining({ id: told.id, mode: 'once', via_story: false, group_id: null }),
      expect.objectContaining({ id: silent.id, opened_at: expect.any(String) as string }),
    ]);
  });

  it('is whole for somebody who has much: page by page, each row once', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const askers = await crowdOfFriends(flits, anna, 1100);
    await flits.query('DELETE FROM friendships WHERE person_id = ANY ($1::uuid[]) OR friend_id = ANY ($1::uuid[])', [askers]);
    // All at the same moment: the place in the list is the id's to tell.
    await flits.query(
      `INSERT INTO friend_requests (id, from_id, to_id, created_at) SELECT gen_random_uuid(), a, $1::uuid, now.at
       FROM unnest($2::uuid[]) AS a CROSS JOIN (SELECT flits_now() AS at) AS now`,
      [anna.id, askers],
    );
    const sent = await Promise.all(Array.from({ length: 60 }, (_, n) => anna.sendText(`${n}`, [ben])));
    const { body } = await read(await linkOf(anna));
    expect(body.friend_requests!.map(({ user_id }) => user_id).toSorted()).toEqual(askers.toSorted());
    expect(body.snaps_sent!.map(({ id }) => id).toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    const held = await anna.request<{ items: { name: string; rows: number }[] }>('GET', '/v1/me/held');
    expect(held.body.items.find(({ name }) => name === 'friend_requests')?.rows).toBe(1100);
  });

  it('the link lives a day, no longer than the session that asked, and only as the last one', async () => {
    const anna = await Person.signUp(flits.url);
    const tablet = await anna.onAnotherDevice();
    const [first, second] = [await linkOf(tablet), await linkOf(tablet)];
    expect([(await read(first)).status, (await read(second)).status]).toEqual([404, 200]);
    expect(await flits.query(`SELECT 1 FROM exports WHERE expires_at > flits_now() + interval '24 hours'`)).toEqual([]);
    await tablet.request('DELETE', '/v1/sessions/current');
    expect((await read(second)).status).toBe(404);
    const third = await linkOf(anna);
    await flits.query('UPDATE exports SET expires_at = flits_now() WHERE person_id = $1', [anna.id]);
    expect((await read(third)).status).toBe(404);
    for (const token of ['x', 'A'.repeat(64), `${third.split('/').at(-1)!.slice(0, -2)}AA`]) {
      expect((await read(`${flits.url}/v1/exports/${token}`)).status).toBe(404);
    }
  });

  it('needs the password within the last 5 minutes', async () => {
    const anna = await Person.signUp(flits.url);
    await flits.query(`UPDATE devices SET reauthenticated_at = flits_now() - interval '301 seconds' WHERE person_id = $1`, [anna.id]);
    for (const method of ['POST', 'GET']) expect((await anna.request(method, '/v1/me/export')).body.code).toBe('reauth_required');
    expect((await anna.request('GET', '/v1/me/held')).status).toBe(200);
  });
});

describe('an export while it is fetched', () => {
  let flits: TestFlits;
  const PAGES = 300;
  let asked = 0;
  let isOver = false;
  let fails = false;
  beforeAll(async () => {
    flits = await TestFlits.start();
    flits.flits.app.get(PersonalData, { strict: false }).register({
      name: 'endless',
      what: 'Very much of something.',
      until: 'this test is over',
      pages: async function* () {
        try {
          for (asked = 0; asked < PAGES; asked += 1) {
            if (fails && asked === 3) throw new Error('away');
            yield await Promise.resolve([{ filling: 'x'.repeat(500_000) }]);
          }
        } finally {
          isOver = true;
        }
      },
      erase: () => Promise.resolve(),
    });
  });
  afterAll(() => flits.stop());

  const linkOf = async (who: Person) => (await who.request<{ url: string }>('POST', '/v1/me/export')).body.url;

  it('no more of it is read than its reader takes, and nothing for one who went away', async () => {
    const anna = await Person.signUp(flits.url);
    const url = await linkOf(anna);
    isOver = false;
    const away = new AbortController();
    const reader = (await fetch(url, { signal: away.signal })).body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    for (let bytes = 0; bytes < 2_000_000;) bytes += (await reader.read()).value?.length ?? 0;
    expect(asked).toBeLessThan(PAGES / 2);
    expect(isOver).toBe(false);
    away.abort();
    await until('an end', () => Promise.resolve(isOver));
  });

  it('R41: it is cut when the session that asked for it ends', async () => {
    const anna = await Person.signUp(flits.url);
    const reader = (await fetch(await linkOf(anna))).body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    for (let bytes = 0; bytes < 2_000_000;) bytes += (await reader.read()).value?.length ?? 0;
    await anna.request('DELETE', '/v1/sessions/current');
    const toTheEnd = async () => {
      while (!(await reader.read()).done);
    };
    await expect(toTheEnd()).rejects.toThrow();
    expect(asked).toBeLessThan(PAGES / 2);
  });

  it('what cannot be read to its end is no answer, rather than half of one', async () => {
    const anna = await Person.signUp(flits.url);
    const url = await linkOf(anna);
    fails = true;
    const answer = await fetch(url);
    await expect(answer.text()).rejects.toThrow();
  });
});
