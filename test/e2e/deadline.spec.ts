import { randomUUID } from 'node:crypto';
import { Person, type SentSnap } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

describe('the deadline', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeEach(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
  });
  afterEach(() => flits.stop());

  it('R2: after it no path gives anything, with every worker stopped; afterwards the hour takes key, rows and bytes', async () => {
    const uploadId = await anna.upload(await samplePhoto());
    const photo = (await anna.send({ upload_id: uploadId, caption: 'at the lake' }, [ben])).body;
    const note = await anna.sendText('read me', [ben]);
    const story = (await anna.sendTo({ story: 'friends' }, { text: 'to all' })).body;
    expect(await ben.stories()).toHaveLength(1);
    const opened = await ben.open(note.id, 'resume-key');
    const link = (await ben.request<{ url: string }>('POST', `/v1/snaps/${photo.id}/media`)).body.url;
    expect((await fetch(link)).status).toBe(200);
    expect(opened.body.text).toBe('read me');

    await flits.stopWorker(); // The job under way, which erases what was PUT, ends before.
    expect(await flits.objectNames()).toHaveLength(1);
    await flits.shiftClock(secondsUntil(photo) + 1);

    for (const { id } of [photo, note, story]) {
      for (const [who, method, path] of [
        [ben, 'POST', `/v1/snaps/${id}/open`],
        [ben, 'POST', `/v1/snaps/${id}/media`],
        [ben, 'POST', `/v1/snaps/${id}/close`],
        [anna, 'GET', `/v1/snaps/${id}`],
        [anna, 'GET', `/v1/snaps/${id}/viewers`],
        [anna, 'DELETE', `/v1/snaps/${id}`],
      ] as const) {
        const { status, body } = await who.request(method, path, { key: 'resume-key' });
        expect([status, body.code]).toEqual([410, 'snap_expired']);
      }
      expect((await report(id)).body.code).toBe('snap_expired');
    }
    expect((await anna.request('GET', `/v1/uploads/${uploadId}`)).status).toBe(410);
    expect(await ben.inbox()).toEqual([]);
    expect(await ben.stories()).toEqual([]);
    expect((await anna.request<{ items: unknown[] }>('GET', '/v1/snaps')).body.items).toEqual([]);
    expect(
      (await ben.request<{ items: { type: string }[] }>('GET', '/v1/events?after=0')).body.items.filter(({ type }) =>
        /^(snap|story)\./.test(type),
      ),
    ).toEqual([]);
    // An S3 server judges a link by its own clock, which no test can shift.
    if (!process.env.TEST_S3_ENDPOINT) expect((await fetch(link)).status).toBe(403);

    await flits.sweep();
    const label = Date.parse(photo.expires_at);
    expect(await flits.objectNames()).toEqual([]);
    expect(await flits.platform.vault.read(label)).toBeUndefined();
    const tables = await flits.query('SELECT 1 FROM pg_class WHERE relname = ANY ($1)', [
      ['snaps', 'deliveries', 'uploads'].map((table) => `${table}_${label}`),
    ]);
    expect(tables).toEqual([]);
    const leaves = await flits.query<{ leaf: string }>(`SELECT leaf FROM ledger_outbox WHERE leaf LIKE 'HOUR v1 | ' || $1 || '%'`, [label]);
    expect(leaves.map(({ leaf }) => leaf)).toEqual([`HOUR v1 | ${label} | 256`]);
  });

  it('a shorter life than its hour is kept to the second and its bytes go before the hour does', async () => {
    const photo = (await anna.send({ upload_id: await anna.upload(await samplePhoto()), ttl_seconds: 300 }, [ben])).body;
    await anna.sendTo({ story: 'friends' }, { text: 'short', ttl_seconds: 300 });
    expect(await ben.stories()).toHaveLength(1);
    expect(secondsUntil(photo)).toBeGreaterThan(240);
    expect(secondsUntil(photo)).toBeLessThanOrEqual(300);
    await flits.shiftClock(240);
    const link = await ben.request<{ url: string; url_expires_at: string }>('POST', `/v1/snaps/${photo.id}/media`);
    expect((await fetch(link.body.url)).status).toBe(200);
    expect(Date.parse(link.body.url_expires_at)).toBeLessThanOrEqual(Date.parse(photo.expires_at));
    await flits.shiftClock(301);
    if (!process.env.TEST_S3_ENDPOINT) expect((await fetch(link.body.url)).status).toBe(403);
    // Its id says nothing yet: the rows are still there, and their deadline is past.
    for (const [who, method, verb] of [
      [ben, 'POST', '/open'],
      [ben, 'POST', '/media'],
      [anna, 'GET', ''],
      [anna, 'GET', '/viewers'],
      [anna, 'DELETE', ''],
    ] as const) {
      const { body } = await who.request(method, `/v1/snaps/${photo.id}${verb}`, { key: randomUUID() });
      expect([method, verb, body.code]).toEqual([method, verb, 'snap_expired']);
    }
    expect([await ben.inbox(), await ben.stories(), (await ben.events()).filter(({ type }) => /^(snap|story)\./.test(type))]).toEqual([
      [],
      [],
      [],
    ]);
    // What nobody may look at any more is not kept for moderators either.
    expect((await report(photo.id)).body.evidence).not.toBe('sealed');
    await flits.sweep();
    expect(await flits.objectNames()).toEqual([]);
    const leaves = await flits.query<{ leaf: string }>(`SELECT leaf FROM ledger_outbox WHERE leaf LIKE 'ERASE%'`);
    expect(leaves).toEqual([]); // expiry is the hour's leaf to tell
  });

  it('a late retry of the send gets its 201, never a second snap', async () => {
    const key = randomUUID();
    const first = await anna.send({ text: 'once only', ttl_seconds: 60 }, [ben], key);
    expect((await anna.send({ text: 'once only', ttl_seconds: 60 }, [ben], key)).body).toMatchObject({
      id: first.body.id,
      state: 'accepted',
    });
    await flits.shiftClock(61);
    const late = await anna.send({ text: 'once only', ttl_seconds: 60 }, [ben], key);
    expect([late.status, late.body]).toEqual([201, expect.objectContaining({ id: first.body.id, state: 'expired', receipt: null })]);
    await flits.shiftClock(2 * 3600);
    await flits.sweep();
    const later = await anna.send({ text: 'once only', ttl_seconds: 60 }, [ben], key);
    expect([later.status, later.body]).toEqual([201, expect.objectContaining({ id: first.body.id, state: 'expired', receipt: null })]);
    const [{ n }] = (await flits.query<{ n: number }>(`SELECT count(*)::int AS n FROM ledger_outbox WHERE leaf LIKE 'ACCEPT%'`)) as [
      { n: number },
    ];
    expect(n).toBe(1);
  });

  it('R4: unsend makes later opens fail at once, also for who holds a link, and says who had seen it', async () => {
    const carla = await Person.signUp(flits.url);
    await anna.befriend(carla);
    const snap = (await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben, carla])).body;
    await ben.open(snap.id);
    const link = await carla.request<{ url: string }>('POST', `/v1/snaps/${snap.id}/media`);
    expect((await fetch(link.body.url)).status).toBe(200);
    const unsent = await anna.request<{ deliveries: { user_id: string; state: string }[] }>('DELETE', `/v1/snaps/${snap.id}`);
    expect(unsent.status).toBe(200);
    expect(Object.fromEntries(unsent.body.deliveries.map(({ user_id, state }) => [user_id, state]))).toEqual({
      [ben.id]: 'opened',
      [carla.id]: 'withdrawn',
    });
    // The link she holds is worth nothing without the key, and leads nowhere once the bytes are gone.
    expect((await carla.open(snap.id)).body.code).toBe('snap_erased');
    expect((await carla.request('POST', `/v1/snaps/${snap.id}/media`)).body.code).toBe('snap_erased');
    expect((await anna.request('DELETE', `/v1/snaps/${snap.id}`)).body.code).toBe('snap_erased');
    expect(await carla.inbox()).toEqual([]);
    await until('an empty store', async () => (await flits.objectNames()).length === 0);
    expect((await fetch(link.body.url)).status).toBe(404);
  });

  function report(snapId: string) {
    return ben.request('POST', '/v1/reports', { key: randomUUID(), body: { snap_id: snapId, reason: 'spam' } });
  }

  function secondsUntil(snap: SentSnap): number {
    return Math.ceil((Date.parse(snap.expires_at) - flits.platform.clock.now()) / 1000);
  }
});
