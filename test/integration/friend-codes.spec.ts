import { randomUUID } from 'node:crypto';
import { TestFlits } from '../support/flits.js';
import { Person, type Answer } from '../support/person.js';

interface Code {
  readonly code: string;
  readonly url: string;
  readonly expires_at: string;
}

describe('friend codes', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => Person.signUp(flits.url)));
  const make = async (who: Person, body: object = {}) => (await who.request<Code>('POST', '/v1/friend-codes', { body })).body;
  const preview = (who: Person, code: string) => who.request('GET', `/v1/friend-codes/${code}`);
  const use = (who: Person, code: string, key: string = randomUUID()) =>
    who.request('POST', '/v1/friend-requests', { body: { code }, key });
  const friendsOf = async (who: Person) =>
    (await who.request<{ items: { id: string }[] }>('GET', '/v1/friends')).body.items.map(({ id }) => id);
  const plain = ({ status, body }: Answer) => [status, { ...body, instance: undefined, request_id: undefined }];

  it('are made for 10 minutes, and kept as a hash alone', async () => {
    const [anna] = (await people(1)) as [Person];
    const answer = await anna.request<Code>('POST', '/v1/friend-codes', { body: { uses: 10, ask: false } });
    expect(answer.status).toBe(201);
    const { code, url, expires_at } = answer.body;
    expect([code, url]).toEqual([expect.stringMatching(/^[0-9A-Z]{16}$/), `${flits.url}/add/${code}`]);
    const left = new Date(expires_at).getTime() - flits.platform.clock.now();
    // This process's clock follows the database's to within some ms.
    expect([left > 590_000, left <= 601_000]).toEqual([true, true]);
    const [row] = await flits.query('SELECT encode(code_mac, $1) AS mac, * FROM friend_codes WHERE person_id = $2', ['escape', anna.id]);
    expect(JSON.stringify(row)).not.toContain(code);
    expect((await fetch(url)).status).toBeLessThan(500);
  });

  it('held up: whoever scans it sees whose it is, and is a friend at once', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const { code, expires_at } = await make(anna, { uses: 2, ask: false });
    const seen = await preview(ben, code);
    const server_time = expect.any(String) as string;
    expect([seen.status, seen.body]).toEqual([
      200,
      { user: { id: anna.id, handle: anna.handle, display_name: anna.handle }, relation: 'none', ask: false, expires_at, server_time },
    ]);
    const used = await use(ben, code);
    expect([used.status, used.body]).toEqual([201, { id: expect.any(String) as string, state: 'accepted' }]);
    expect([await friendsOf(anna), await friendsOf(ben)]).toEqual([[ben.id], [anna.id]]);
    expect((await anna.nextEvent('friend.accepted')).data).toMatchObject({ user: { id: ben.id } });
    expect((await preview(ben, code)).body.relation).toBe('friend');
    expect((await use(ben, code)).body.state).toBe('accepted'); // uses up nothing
    const [cleo] = (await people(1)) as [Person];
    expect((await use(cleo, code)).body.state).toBe('accepted');
    expect((await preview(cleo, code)).status).toBe(404); // used up
  });

  it('shared: whoever has it asks', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const { code } = await make(anna);
    const key = randomUUID();
    const asked = await use(ben, code, key);
    expect([asked.status, asked.body.state]).toEqual([201, 'pending']);
    expect(await friendsOf(anna)).toEqual([]);
    expect((await anna.request('POST', `/v1/friend-requests/${String(asked.body.id)}/accept`)).body.state).toBe('accepted');
    // R54: a late repetition hears what became of it, and uses nothing up.
    expect((await use(ben, code, key)).body).toEqual({ id: asked.body.id, state: 'accepted' });
  });

  it('ten at once are ten friends, the eleventh is refused as if there were no code', async () => {
    const [anna, ...crowd] = (await people(14)) as [Person, ...Person[]];
    const { code } = await make(anna, { uses: 10, ask: false });
    const answers = await Promise.all(crowd.map((who) => use(who, code)));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(3);
    expect(await friendsOf(anna)).toHaveLength(10);
    const unknown = plain(await use(crowd[0]!, 'ABCDEFGH12345678'));
    for (const answer of refused) expect(plain(answer)).toEqual(unknown);
  });

  it('the same person at once, with many keys, takes one use', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const { code } = await make(anna, { uses: 3, ask: false });
    const answers = await Promise.all(Array.from({ length: 8 }, () => use(ben, code)));
    expect(answers.every(({ status, body }) => status === 201 && body.state === 'accepted')).toBe(true);
    const [row] = await flits.query<{ uses_left: number }>('SELECT uses_left FROM friend_codes WHERE person_id = $1', [anna.id]);
    expect(row?.uses_left).toBe(2);
  });

  it('R1: past its time, used up, of somebody who blocks me, taken back: all the same 404', async () => {
    const [anna, ben, cleo] = (await people(3)) as [Person, Person, Person];
    const unknown = [plain(await preview(ben, '0'.repeat(16))), plain(await use(ben, '0'.repeat(16)))];
    const both = async (code: string) => [plain(await preview(ben, code)), plain(await use(ben, code))];
    const old = await make(anna, { ask: false });
    await flits.query(`UPDATE friend_codes SET expires_at = flits_now() WHERE person_id = $1`, [anna.id]);
    expect(await both(old.code)).toEqual(unknown);
    const usedUp = await make(anna, { ask: false });
    await use(cleo, usedUp.code);
    expect(await both(usedUp.code)).toEqual(unknown);
    const blocking = await make(anna, { ask: false, uses: 5 });
    await anna.request('POST', `/v1/blocks/${ben.id}`);
    expect(await both(blocking.code)).toEqual(unknown);
    const gone = await make(cleo, { ask: false });
    await cleo.request('DELETE', '/v1/me');
    expect(await both(gone.code)).toEqual(unknown);
  });

  it('of more than five living ones the oldest ends', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const codes: Code[] = [];
    for (let n = 0; n < 6; n += 1) codes.push(await make(anna));
    expect((await Promise.all(codes.map(({ code }) => preview(ben, code)))).map(({ status }) => status)).toEqual([
      404, 200, 200, 200, 200, 200,
    ]);
  });

  it('are read however they are typed, and are nobody’s own to use', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const { code } = await make(anna, { ask: false });
    const typed = `${code.slice(0, 4)}-${code.slice(4, 10).toLowerCase()} ${code.slice(10)}`.replaceAll('0', 'o').replaceAll('1', 'l');
    expect((await preview(ben, encodeURIComponent(typed))).status).toBe(200);
    const own = await use(anna, code);
    expect([own.status, own.body.errors]).toEqual([422, [expect.objectContaining({ pointer: '/code', code: 'yourself' })]]);
  });

  it.each([[{ uses: 0 }], [{ uses: 11 }], [{ uses: 1.5 }], [{ ask: 'no' }], [{ code: 'MINE' }], [{ expires_at: '2030-01-01T00:00:00Z' }]])(
    'R46: %j is refused',
    async (body) => {
      const [anna] = (await people(1)) as [Person];
      expect((await anna.request('POST', '/v1/friend-codes', { body })).body.code).toBe('validation_failed');
    },
  );

  it.each([[{}], [{ code: 'A', handle: 'abc' }]])('a request of %j is refused', async (body) => {
    const [anna] = (await people(1)) as [Person];
    expect((await anna.request('POST', '/v1/friend-requests', { body, key: randomUUID() })).body.code).toBe('validation_failed');
  });
});
