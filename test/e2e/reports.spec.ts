import { randomUUID } from 'node:crypto';
import { ReportDesk } from '../../src/features/moderation/index.js';
import { TestFlits } from '../support/flits.js';
import { Person, type Answer } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';
import { Staff } from '../support/staff.js';

const DAY_SECONDS = 86_400;

type Filed = Answer<{ id: string; evidence: string; code?: string }>;

describe('reports', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let stranger: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
    stranger = await Person.signUp(flits.url);
  });
  afterAll(() => flits.stop());

  const report = (who: Person, body: object, key: string = randomUUID()): Promise<Filed> =>
    who.request('POST', '/v1/reports', { key, body: { reason: 'harassment', ...body } });
  const desk = () => flits.flits.app.get(ReportDesk, { strict: false });

  it('R59: a copy sealed in time is readable for moderators after the snap is erased and its hour ended, gone after 30 days', async () => {
    const sent = await anna.send({ upload_id: await anna.upload(await samplePhoto()), caption: 'look' }, [ben]);
    const opened = await ben.open(sent.body.id);
    const seen = await ben.view(opened.body);
    const filed = await report(ben, { snap_id: sent.body.id, note: 'this one' });
    expect([filed.status, filed.body.evidence]).toEqual([201, 'sealed']);
    await anna.request('DELETE', `/v1/snaps/${sent.body.id}`);
    const label = Date.parse(sent.body.expires_at);
    await flits.shiftClock(Math.ceil((label - Date.now()) / 1000) + 1);
    await flits.sweep();
    expect(await flits.platform.vault.read(label)).toBeUndefined();
    const opens = async () => {
      const { words, note, media } = await desk().open(filed.body.id);
      expect([words?.caption, note, media?.bytes.equals(seen)]).toEqual(['look', 'this one', true]);
    };
    await opens();
    const [row] = await flits.query<{ object_name: string; commitment: Buffer }>(
      'SELECT object_name, commitment FROM reports WHERE id = $1',
      [filed.body.id],
    );
    const leaves = (kind: string) =>
      flits.query(`SELECT 1 FROM ledger_outbox WHERE subject = $1 AND leaf LIKE $2`, [row?.commitment, `${kind} %`]);
    expect([(await leaves('KEEP')).length, (await leaves('ERASE')).length]).toEqual([1, 0]);
    await flits.shiftClock(30 * DAY_SECONDS - 3600);
    await flits.sweep();
    await opens();
    await flits.shiftClock(30 * DAY_SECONDS + 60);
    await flits.sweep();
    expect(await flits.platform.store.head(row?.object_name ?? '')).toBeUndefined();
    expect((await leaves('ERASE')).length).toBe(1);
    await expect(desk().open(filed.body.id)).rejects.toThrow('not_found');
  });

  it('R1: who was sent nothing can report nothing, and cannot tell it from nothing', async () => {
    const { id } = await anna.sendText('x', [ben]);
    const foreign = await report(stranger, { snap_id: id });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
    expect((await report(anna, { snap_id: id })).status).toBe(404);
    const groupId = await anna.groupOf([ben]);
    expect((await report(stranger, { group_id: groupId })).status).toBe(404);
    expect((await report(ben, { group_id: groupId })).status).toBe(201);
    // Not by its owner, whom it would be about; an invitation whose giver is a friend no longer is none.
    expect((await report(anna, { group_id: groupId })).status).toBe(404);
    const guest = await Person.signUp(flits.url);
    await anna.befriend(guest);
    await anna.request('POST', `/v1/groups/${groupId}/members`, { body: { user_ids: [guest.id] } });
    await guest.request('DELETE', `/v1/friends/${anna.id}`);
    expect((await report(guest, { group_id: groupId })).status).toBe(404);
    expect((await report(ben, { user_id: randomUUID() })).status).toBe(404);
    expect((await report(ben, { user_id: anna.id, snap_id: id })).body.code).toBe('validation_failed');
  });

  it('is filed once however often and at once it is asked for, also when an unsend comes in between', async () => {
    const { id } = await anna.sendText('once', [ben]);
    const key = randomUUID();
    const first = await report(ben, { snap_id: id }, key);
    await anna.request('DELETE', `/v1/snaps/${id}`);
    expect((await report(ben, { snap_id: id }, key)).body).toEqual(first.body);
    expect((await report(ben, { snap_id: id, reason: 'spam' }, key)).body.code).toBe('idempotency_key_reused');
    const next = await anna.sendText('race', [ben]);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => report(ben, { snap_id: next.id })),
      anna.request('DELETE', `/v1/snaps/${next.id}`),
    ]);
    expect(answers.every(({ status }) => status < 300)).toBe(true);
  });

  it('blocks as well where that is asked for; who was reported does not learn of it', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    expect((await report(dora, { user_id: cem.id, block: true })).status).toBe(201);
    expect((await dora.request<{ items: { id: string }[] }>('GET', '/v1/blocks')).body.items.map(({ id }) => id)).toEqual([cem.id]);
    expect((await cem.request<{ items: [] }>('GET', '/v1/reports')).body.items).toEqual([]);
    expect((await dora.request<{ items: [] }>('GET', '/v1/reports')).body.items).toHaveLength(1);
  });

  it('a decision is told to both, with reasons; a hold takes two', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    const { id } = await cem.sendText('bad', [dora]);
    const { body } = await report(dora, { snap_id: id });
    const [one, two] = [randomUUID(), randomUUID()];
    const hold = (id: string, moderator: string) => flits.platform.database.transaction((tx) => desk().hold(tx, id, moderator));
    expect(await hold(body.id, one)).toBe(false);
    await expect(hold(body.id, one)).rejects.toThrow('Another moderator');
    expect(await hold(body.id, two)).toBe(true);
    await flits.platform.database.transaction((tx) => desk().decide(tx, body.id, { outcome: 'warned', reason: 'rule 3' }));
    const decided = { report_id: body.id, outcome: 'warned', reason: 'rule 3' };
    expect((await dora.nextEvent('report.decided')).data).toEqual({ ...decided, role: 'reporter' });
    expect((await cem.nextEvent('report.decided')).data).toEqual({ ...decided, role: 'reported' });
    const mine = await cem.request<{ items: object[] }>('GET', '/v1/reports');
    expect(mine.body.items[0]).not.toHaveProperty('snap_id');
    expect(JSON.stringify(mine.body)).not.toContain(dora.id);
  });

  it('the own copy of a snap that is gone counts only unchanged, from its sender, to its reporter', async () => {
    const { id } = await anna.sendText('the words', [ben, await friendOfAnna()], { view: { mode: 'once' } });
    const { body } = await ben.open(id);
    await anna.request('DELETE', `/v1/snaps/${id}`);
    const evidence = { franking_tag: body.franking_tag, text: 'the words' };
    expect((await report(ben, { snap_id: id, evidence })).body.evidence).toBe('verified_copy');
    expect((await report(ben, { snap_id: id, evidence: { ...evidence, text: 'other words' } })).body.evidence).toBe('unverified');
    expect((await report(ben, { snap_id: id, evidence: { ...evidence, caption: 'more' } })).body.evidence).toBe('unverified');
    // Another recipient's report with Ben's tag.
    expect((await report(other, { snap_id: id, evidence })).body.evidence).toBe('unverified');
    expect((await report(ben, { snap_id: id })).body.evidence).toBe('gone');
    await flits.shiftClock(flits.shift + 13 * 3600);
    const late = { ...evidence, sender_id: anna.id };
    expect((await report(ben, { snap_id: id, evidence: late })).body.evidence).toBe('verified_copy');
    // Another sender is named.
    expect((await report(ben, { snap_id: id, evidence: { ...late, sender_id: stranger.id } })).body.evidence).toBe('unverified');
    expect((await report(ben, { snap_id: id })).body.code).toBe('snap_expired');
  });

  it('of a photo that is gone a verified copy keeps the hash, for who opens it, and no other does', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    const sent = await cem.send({ upload_id: await cem.upload(await samplePhoto()) }, [dora]);
    const { body } = await dora.open(sent.body.id);
    await cem.request('DELETE', `/v1/snaps/${sent.body.id}`);
    const copy = { franking_tag: body.franking_tag, media_sha256: body.media!.sha256 };
    const right = await report(dora, { snap_id: sent.body.id, evidence: copy });
    const wrong = await report(dora, { snap_id: sent.body.id, evidence: { ...copy, media_sha256: '0'.repeat(64) } });
    const none = await report(dora, { snap_id: sent.body.id, evidence: { franking_tag: copy.franking_tag } });
    expect([right, wrong, none].map((filed) => filed.body.evidence)).toEqual(['verified_copy', 'unverified', 'unverified']);
    const staff = await Staff.of(flits);
    const open = ({ body: { id } }: Filed) => staff.ask('moderator', 'POST', `/reports/${id}/open`, { reason: 'a photo' });
    const nothing = { note: null, words: null, media: null, media_sha256: null };
    expect((await open(right)).body).toEqual({ ...nothing, media_sha256: copy.media_sha256 });
    for (const filed of [wrong, none]) expect((await open(filed)).body).toEqual(nothing);
    const [row] = await flits.query<{ words: Buffer; is_logged: boolean }>(
      'SELECT words, commitment IS NOT NULL AS is_logged FROM reports WHERE id = $1',
      [right.body.id],
    );
    expect([row?.words.includes(copy.media_sha256), row?.is_logged]).toEqual([false, true]);
  });

  let other: Person;
  async function friendOfAnna(): Promise<Person> {
    other = await Person.signUp(flits.url);
    await anna.befriend(other);
    return other;
  }
});
