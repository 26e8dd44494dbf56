import { randomUUID } from 'node:crypto';
import { TestFlits } from '../support/flits.js';
import { call, Person, type Answer } from '../support/person.js';

/** With the limits that people get. */
describe('limits', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let cleo: Person;
  beforeAll(async () => {
    flits = await TestFlits.start({}, { limitScale: 1 });
    [anna, ben, cleo] = (await Promise.all([1, 2, 3].map(() => Person.signUp(flits.url)))) as [Person, Person, Person];
  });
  afterAll(() => flits.stop());

  it('R37: guessing at codes ends after five wrong ones in ten minutes, by whatever route; right ones cost nothing', async () => {
    const { code } = (await anna.request('POST', '/v1/friend-codes', { body: { uses: 10, ask: false } })).body as { code: string };
    for (let n = 0; n < 12; n += 1) expect((await ben.request('GET', `/v1/friend-codes/${code}`)).status).toBe(200);
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2
          ? ben.request('GET', `/v1/friend-codes/WRONG${n}`)
          : ben.request('POST', '/v1/friend-requests', { body: { code: `WRONG${n}` }, key: randomUUID() }),
      ),
    );
    expect(guesses.map(({ status }) => status).toSorted()).toEqual([...new Array<number>(5).fill(404), ...new Array<number>(7).fill(429)]);
    expect((await ben.request('GET', `/v1/friend-codes/${code}`)).body.code).toBe('rate_limited'); // also for a right one now
    expect((await cleo.request('GET', `/v1/friend-codes/${code}`)).status).toBe(200);
  });

  it('R1: the code of somebody who blocks me is tried like a wrong one, and so tells me nothing', async () => {
    const [owner, blocked, other] = (await Promise.all([1, 2, 3].map(() => Person.signUp(flits.url)))) as [Person, Person, Person];
    const { code } = (await owner.request('POST', '/v1/friend-codes', { body: {} })).body as { code: string };
    await owner.request('POST', `/v1/blocks/${blocked.id}`);
    const tries = async (who: Person, what: string) => {
      const statuses: number[] = [];
      for (let n = 0; n < 7; n += 1) statuses.push((await who.request('GET', `/v1/friend-codes/${what}`)).status);
      return statuses;
    };
    expect(await tries(blocked, code)).toEqual(await tries(other, 'WRONG'));
  });

  it('at most 20 friend requests a day', async () => {
    const ask = () =>
      anna.request('POST', '/v1/friend-requests', { body: { handle: `nobody${randomUUID().slice(0, 6)}` }, key: randomUUID() });
    const answers = await Promise.all(Array.from({ length: 23 }, ask));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...new Array<number>(20).fill(404), 429, 429, 429]);
  });

  it('R35: looking people up has a budget for the day, the same for those who exist and those who do not', async () => {
    const look = (who: Person, handle: string) => who.request('GET', `/v1/users/${handle}`);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => look(ben, n % 2 ? anna.handle : `nobody_${n}`)));
    expect(answers.filter(({ status }) => status === 429)).toEqual([]);
    const [known, unknown] = [await look(ben, anna.handle), await look(ben, 'nobody_more')];
    const plain = ({ status, body }: typeof known) => [status, { ...body, instance: undefined, request_id: undefined, detail: undefined }];
    expect(plain(known)).toEqual(plain(unknown));
    expect([known.status, Number(known.headers.get('retry-after')) > 86_000]).toEqual([429, true]);
    // Another account behind the same address has its own, until the address's is used up as well; nobody's word for it counts.
    const rest = await Promise.all(Array.from({ length: 200 }, () => look(cleo, anna.handle)));
    expect(rest.filter(({ status }) => status === 200).length).toBeGreaterThan(150);
    const forwarded = await call(flits.url, 'GET', `/v1/users/${anna.handle}`, {
      token: cleo.session.access_token,
      headers: { 'x-forwarded-for': '198.51.100.7' },
    });
    expect(forwarded.status).toBe(429);
  });

  it('one person’s password is guessed at ten times in ten minutes, then not even the right one is looked at', async () => {
    const logIn = (password: string) => call(flits.url, 'POST', '/v1/sessions', { body: { handle: anna.handle, password } });
    const answers = await Promise.all(Array.from({ length: 14 }, () => logIn('wrong pass')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect((await logIn(anna.password)).body.code).toBe('rate_limited');
    expect((await call(flits.url, 'POST', '/v1/sessions', { body: { handle: ben.handle, password: ben.password } })).status).toBe(201);
  });

  it('R38: bulk sign-up ends at 60 an hour from one address', async () => {
    const signUp = (n: number) =>
      call(flits.url, 'POST', '/v1/accounts', {
        body: { handle: `bulk_${n}`, password: 'tuesday lamp orbit' },
        key: randomUUID(),
        headers: { 'x-forwarded-for': `198.51.100.${n}` },
      });
    const answers: Answer[] = [];
    // Ten at once: more would wait for the hashing of passwords, and be refused for that.
    for (let n = 0; n < 60; n += 10) answers.push(...(await Promise.all(Array.from({ length: 10 }, (_, k) => signUp(n + k)))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(54); // six were made before
    expect(answers.filter(({ body }) => body.code === 'rate_limited')).toHaveLength(6);
  });
});

describe('the limit of friend requests', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start({}, { limitScale: 1 });
  });
  afterAll(() => flits.stop());

  it('one asked again with its key is one request, however often', async () => {
    const [anna, ben, cleo] = (await Promise.all([1, 2, 3].map(() => Person.signUp(flits.url)))) as [Person, Person, Person];
    const { code } = (await ben.request('POST', '/v1/friend-codes', { body: { uses: 10, ask: true } })).body as { code: string };
    for (const body of [{ handle: anna.handle }, { code }]) {
      const key = randomUUID();
      const ids = new Set<unknown>();
      for (let n = 0; n < 24; n += 1) ids.add((await cleo.request('POST', '/v1/friend-requests', { body, key })).body.id);
      expect([...ids]).toEqual([expect.any(String)]);
    }
  });

  it('R37: a code that is right costs none of the five tries, also where something else stands in its way', async () => {
    const [anna, ben] = (await Promise.all([1, 2].map(() => Person.signUp(flits.url)))) as [Person, Person];
    const { code } = (await anna.request('POST', '/v1/friend-codes', { body: { uses: 10, ask: false } })).body as { code: string };
    await flits.query(`INSERT INTO friendships (person_id, friend_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 1000)`, [
      anna.id,
    ]);
    const use = (who: Person) => who.request('POST', '/v1/friend-requests', { body: { code }, key: randomUUID() });
    for (let n = 0; n < 7; n += 1) {
      expect((await use(anna)).body.code).toBe('validation_failed'); // one's own
      expect((await use(ben)).body.code).toBe('recipient_unavailable'); // who made it has friends enough
    }
  });
});
