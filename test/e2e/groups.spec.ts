import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';

interface Group {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  readonly state: string;
  readonly invited_by?: { id: string };
  readonly members?: readonly { user: { id: string }; state: string }[];
}

describe('groups', () => {
  let flits: TestFlits;

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  /** Anna, who is a friend of each of the others; they are no friends of each other. */
  async function annaAnd(count: number): Promise<Person[]> {
    const [anna, ...others] = await Promise.all(Array.from({ length: count + 1 }, () => Person.signUp(flits.url)));
    for (const other of others) await anna!.befriend(other);
    return [anna!, ...others];
  }
  const get = async (person: Person, id: string) => (await person.request<Group>('GET', `/v1/groups/${id}`)).body;

  it('reach who accepted, not who is invited; a new member sees nothing from before', async () => {
    const [anna, ben, cem] = (await annaAnd(2)) as [Person, Person, Person];
    const made = await anna.request<Group>('POST', '/v1/groups', { body: { name: 'Família 👩‍👧', member_ids: [ben.id, cem.id] } });
    expect([made.status, made.body.owner_id, made.body.name]).toEqual([201, anna.id, 'Família 👩‍👧']);
    const { id } = made.body;
    const invitation = await get(ben, id);
    expect([invitation.state, invitation.invited_by?.id, invitation.members]).toEqual(['invited', anna.id, undefined]);
    await ben.request('POST', `/v1/groups/${id}/accept`);

    const sent = await anna.sendTo({ group_ids: [id] });
    expect(sent.status).toBe(201);
    expect((await ben.inbox()).map(({ snap_id, group_id }) => [snap_id, group_id])).toEqual([[sent.body.id, id]]);
    expect(await cem.inbox()).toEqual([]);
    expect((await cem.open(sent.body.id)).status).toBe(404);

    await cem.request('POST', `/v1/groups/${id}/accept`);
    expect(await cem.inbox()).toEqual([]);
    expect((await cem.open(sent.body.id)).status).toBe(404);

    // Cem and Ben know each other from here alone, and reach each other through it, and by name.
    const fromCem = await cem.sendTo({ group_ids: [id] });
    expect((await ben.inbox()).map(({ snap_id }) => snap_id)).toContain(fromCem.body.id);
    expect((await ben.open(fromCem.body.id)).status).toBe(200);
    const named = await cem.sendTo({ user_ids: [ben.id] });
    expect((await ben.inbox()).find(({ snap_id }) => snap_id === named.body.id)?.group_id).toBeUndefined();
    expect((await ben.events()).map(({ type }) => type)).toEqual(expect.arrayContaining(['group.joined', 'snap.received']));
  });

  it('R9: who leaves or is removed opens nothing that came through it, either way', async () => {
    const [anna, ben, cem] = (await annaAnd(2)) as [Person, Person, Person];
    const id = await anna.groupOf([ben, cem]);
    const toAll = await anna.sendTo({ group_ids: [id] });
    const fromBen = await ben.sendTo({ group_ids: [id] });
    expect((await ben.open(toAll.body.id)).status).toBe(200);
    expect((await ben.request('POST', `/v1/groups/${id}/leave`)).status).toBe(204);
    expect((await ben.open(toAll.body.id)).status).toBe(404); // although still a friend: it came through the group
    expect(await ben.inbox()).toEqual([]);
    expect((await cem.open(fromBen.body.id)).status).toBe(404);
    expect((await ben.request('GET', `/v1/groups/${id}`)).status).toBe(404);
    expect((await ben.sendTo({ group_ids: [id] })).body).toMatchObject({
      code: 'recipient_unavailable',
      errors: [{ pointer: '/to/group_ids/0' }],
    });
    // Back again: what was sent before is not there again.
    await anna.request('POST', `/v1/groups/${id}/members`, { body: { user_ids: [ben.id] } });
    await ben.request('POST', `/v1/groups/${id}/accept`);
    expect(await ben.inbox()).toEqual([]);
    expect((await ben.open(toAll.body.id)).status).toBe(404);

    expect((await ben.request('DELETE', `/v1/groups/${id}/members/${cem.id}`)).status).toBe(404); // not the owner
    expect((await anna.request('DELETE', `/v1/groups/${id}/members/${cem.id}`)).status).toBe(204);
    expect((await cem.request('GET', `/v1/groups/${id}`)).status).toBe(404);
    expect((await cem.events()).at(-1)).toMatchObject({ type: 'group.left', data: { group_id: id, user_id: cem.id } });
  });

  it('an owner who leaves hands over to who has been in it longest; the last one takes the group along', async () => {
    const [anna, ben, cem, dora] = (await annaAnd(3)) as [Person, Person, Person, Person];
    const id = await anna.groupOf([cem, ben]);
    await anna.request('POST', `/v1/groups/${id}/members`, { body: { user_ids: [dora.id] } });
    await anna.request('POST', `/v1/groups/${id}/leave`);
    expect((await get(ben, id)).owner_id).toBe(cem.id);
    for (const member of [ben, cem]) {
      expect((await member.events()).slice(-2).map(({ type, data }) => [type, data.owner_id, data.user_id])).toEqual([
        ['group.left', undefined, anna.id],
        ['group.changed', cem.id, undefined],
      ]);
    }
    // Of somebody else's leaving no owner comes.
    await dora.request('POST', `/v1/groups/${id}/accept`);
    await dora.request('POST', `/v1/groups/${id}/leave`);
    expect((await ben.events()).at(-1)).toMatchObject({ type: 'group.left', data: { user_id: dora.id } });
    await Promise.all([ben.request('POST', `/v1/groups/${id}/leave`), cem.request('POST', `/v1/groups/${id}/leave`)]);
    expect(await flits.query('SELECT * FROM group_members WHERE group_id = $1', [id])).toEqual([]);
    expect(await flits.query('SELECT * FROM groups WHERE id = $1', [id])).toEqual([]);
  });

  it('of an owner who deletes their account goes on without them, and what they sent through it is gone', async () => {
    const [anna, ben, cem] = (await annaAnd(2)) as [Person, Person, Person];
    const id = await anna.groupOf([ben, cem]);
    const [fromAnna, fromCem] = [await anna.sendTo({ group_ids: [id] }), await cem.sendTo({ group_ids: [id] })];
    expect((await anna.request('DELETE', '/v1/me')).status).toBe(202);
    const group = await get(ben, id);
    expect([group.owner_id, group.members?.map(({ user }) => user.id)]).toEqual([ben.id, [ben.id, cem.id]]);
    expect((await ben.open(fromAnna.body.id)).status).toBe(410);
    expect((await ben.open(fromCem.body.id)).status).toBe(200);
  });

  it('only friends are asked in, all or nobody; declining tells nobody; the owner alone renames and ends it', async () => {
    const [anna, ben] = (await annaAnd(1)) as [Person, Person];
    const stranger = await Person.signUp(flits.url);
    const refused = await anna.request('POST', '/v1/groups', { body: { name: 'x', member_ids: [ben.id, stranger.id] } });
    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({ code: 'recipient_unavailable', errors: [expect.objectContaining({ pointer: '/member_ids/1' })] }),
    ]);
    expect((await ben.request<{ items: unknown[] }>('GET', '/v1/groups')).body.items).toEqual([]);

    const { body: group } = await anna.request<Group>('POST', '/v1/groups', { body: { name: 'one', member_ids: [ben.id] } });
    const before = (await anna.events()).length;
    expect((await ben.request('POST', `/v1/groups/${group.id}/leave`)).status).toBe(204);
    expect((await anna.events()).length).toBe(before);
    expect((await anna.request('POST', `/v1/groups/${group.id}/members`, { body: { user_ids: [ben.id] } })).status).toBe(200);
    await ben.request('POST', `/v1/groups/${group.id}/accept`);
    expect((await ben.request('PATCH', `/v1/groups/${group.id}`, { body: { name: 'two' } })).status).toBe(404);
    expect((await anna.request<Group>('PATCH', `/v1/groups/${group.id}`, { body: { name: 'two' } })).body.name).toBe('two');
    expect((await ben.events()).at(-1)).toMatchObject({ type: 'group.changed', data: { name: 'two' } });
    const snap = await anna.sendTo({ group_ids: [group.id] });
    expect((await ben.request('DELETE', `/v1/groups/${group.id}`)).status).toBe(404);
    expect((await anna.request('DELETE', `/v1/groups/${group.id}`)).status).toBe(204);
    expect((await ben.open(snap.body.id)).status).toBe(404);
    expect(
      (await ben.events())
        .slice(-2)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['group.deleted', 'snap.withdrawn']);
  });

  it('an invitation is worth something only while its giver is a friend', async () => {
    const [anna, ben] = (await annaAnd(1)) as [Person, Person];
    const { body: group } = await anna.request<Group>('POST', '/v1/groups', { body: { name: 'x', member_ids: [ben.id] } });
    await ben.request('DELETE', `/v1/friends/${anna.id}`);
    expect((await ben.request('GET', `/v1/groups/${group.id}`)).status).toBe(404);
    expect((await ben.request('POST', `/v1/groups/${group.id}/accept`)).status).toBe(404);
  });

  it('names are one line of 1 to 60 code points that show something, kept as they are', async () => {
    const anna = await Person.signUp(flits.url);
    const make = (name: unknown, more: object = {}) => anna.request<Group>('POST', '/v1/groups', { body: { name, ...more } });
    const good = [
      'x',
      '👩‍👧'.repeat(20),
      "Robert'); DROP TABLE groups;--",
      '${7*7}{{7*7}}',
      '<b>x</b>',
      '__proto__',
      '\u202Etxt',
      '  spaced  ',
    ];
    for (const name of good) expect([name, (await make(name)).body.name]).toEqual([name, name]);
    for (const name of ['', ' ', 'x'.repeat(61), 'a\nb', 'a\u0000b', '\ud800', '\u200b', 7, null, ['x']]) {
      expect([name, (await make(name)).status]).toEqual([name, 422]);
    }
    for (const more of [{ owner_id: anna.id }, { id: anna.id }, { members: [] }, { created_at: '2020-01-01T00:00:00.000Z' }]) {
      expect([more, (await make('x', more)).status]).toEqual([more, 422]);
    }
    const { body } = await anna.request<{ items: Group[] }>('GET', '/v1/groups?limit=100');
    expect(body.items.map(({ name }) => name).sort()).toEqual([...good].sort());
    expect(Object.keys(body)).toEqual(['items', 'next_cursor']);
  });

  it('at most 100 people, those invited included', async () => {
    const anna = await Person.signUp(flits.url);
    const others = await flits.query<{ id: string }>(
      `INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
       SELECT gen_random_uuid(), 'crowd' || n, 'crowd', '', '' FROM generate_series(1, 100) n RETURNING id`,
    );
    const ids = others.map(({ id }) => id);
    await flits.query('INSERT INTO friendships (person_id, friend_id) SELECT $1, unnest($2::uuid[])', [anna.id, ids]);
    const made = await anna.request<Group>('POST', '/v1/groups', { body: { name: 'x', member_ids: ids.slice(0, 99) } });
    expect(made.body.members).toHaveLength(100);
    const more = await anna.request('POST', `/v1/groups/${made.body.id}/members`, { body: { user_ids: [ids[99]] } });
    expect([more.status, more.body.code]).toEqual([429, 'quota_exceeded']);
  });
});
