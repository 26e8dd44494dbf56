import { randomUUID } from 'node:crypto';
import { naughtiest, naughtyStrings } from '../support/naughty-strings.js';
import { routesOf, withAt, type Document, type Route } from '../support/openapi-samples.js';
import { contract, Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';

/** Ends the account or session that the walk goes on with; neither takes a string. */
const LEFT_OUT = new Set(['deleteMe', 'logOut']);
const AT_ONCE = 12;
const SHARES = 8;

interface Refusal {
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
}

describe('R58: hostile input, on every route of the OpenAPI document', () => {
  let flits: TestFlits;
  let anna: Person;
  let routes: Route[];

  beforeAll(async () => {
    flits = await TestFlits.start();
    anna = await Person.signUp(flits.url);
    const document = (await (await fetch(`${flits.url}/openapi.json`)).json()) as Document;
    routes = routesOf(document).filter(({ id }) => !LEFT_OUT.has(id));
  });
  afterAll(() => flits.stop());

  async function ask(route: Route, { name = 'x', query = '', body }: { name?: string; query?: string; body?: string }) {
    const path = route.path.replace(/\{\w+\}/g, encodeURIComponent(name));
    const answer = await fetch(`${flits.url}${path}${query}`, {
      method: route.method,
      headers: {
        authorization: `Bearer ${anna.session.access_token}`,
        'idempotency-key': randomUUID(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body,
    });
    const text = await answer.text();
    const contentType = answer.headers.get('content-type')?.split(';')[0];
    const isProblem = contentType === 'application/problem+json';
    const read = isProblem || contentType === 'application/json' ? (JSON.parse(text) as unknown) : text;
    return {
      status: answer.status,
      isProblem,
      setCookie: answer.headers.get('set-cookie'),
      faults: contract().faults({ method: route.method, path, status: answer.status, contentType, body: read }),
      refusal: (isProblem ? read : {}) as Refusal,
    };
  }

  async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
    const left = [...all];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
      }),
    );
  }

  /** Never a fault of ours, answers and refusals always as documented, nothing of the string in a header. */
  async function stands(route: Route, tried: Parameters<typeof ask>[1]): Promise<void> {
    const { status, isProblem, setCookie, faults } = await ask(route, tried);
    const what = `${route.id} ${JSON.stringify(tried).slice(0, 300)}`;
    expect([what, status < 500, status < 400 || isProblem, setCookie, faults]).toEqual([what, true, true, null, []]);
  }

  it('naughty strings in every field, alone and all at once', async () => {
    const bodies = routes.flatMap((route, turn) => [
      ...share(turn).map((naughty) => ({
        route,
        body: route.stringsAt.reduce((body: unknown, at) => withAt(body, at, naughty), route.body),
      })),
      ...route.stringsAt.flatMap((at) => naughtiest.map((naughty) => ({ route, body: withAt(route.body, at, naughty) }))),
    ]);
    const tried = bodies.filter(({ route }) => route.stringsAt.length > 0);
    expect(tried.length).toBeGreaterThan(300);
    await inParallel(tried, ({ route, body }) => stands(route, { body: JSON.stringify(body) }));
  });

  it('naughty strings in every path and query', async () => {
    const tried = routes.flatMap((route, turn) => {
      const strings = share(turn).filter(isEncodable);
      return [
        ...(route.pathNames.length > 0 ? strings : []).map((name) => ({ route, name })),
        ...route.queryNames.flatMap((query) => strings.map((value) => ({ route, query: `?${query}=${encodeURIComponent(value)}` }))),
      ];
    });
    expect(tried.length).toBeGreaterThan(300);
    await inParallel(tried, ({ route, ...rest }) => stands(route, rest));
  });

  it('the wrong kind of thing in every field, and of every body', async () => {
    const wrong: unknown[] = [null, [], {}, 1e308, -1, [[[[]]]], { toString: 'x' }, true];
    const tried = routes.flatMap((route) =>
      !route.body
        ? []
        : [
            ...wrong.map((body) => ({ route, body })),
            ...Object.keys(route.body).flatMap((field) => wrong.map((value) => ({ route, body: { ...route.body, [field]: value } }))),
          ],
    );
    await inParallel(tried, ({ route, body }) => stands(route, { body: JSON.stringify(body) }));
  });

  it('R46: fields that are not for the caller to say are refused by name', async () => {
    const extra = {
      id: randomUUID(),
      sender_id: anna.id,
      person_id: anna.id,
      role: 'admin',
      expires_at: '2099-01-01T00:00:00.000Z',
      state: 'ready',
      suspended_at: null,
      is_admin: true,
    };
    const cleo = await Person.signUp(flits.url);
    await cleo.befriend(anna);
    const snap = await cleo.sendText('for anna', [anna]);
    const withBody = routes.filter(({ body }) => body);
    expect(withBody.length).toBeGreaterThan(15);
    await inParallel(withBody, async (route) => {
      // An id that could be one: else some would say 404 before they look at the body.
      const { refusal } = await ask(route, { name: snap.id, body: JSON.stringify({ ...route.body, ...extra }) });
      const unknown = (refusal.errors ?? []).filter(({ code }) => code === 'unknown_field').map(({ pointer }) => pointer.slice(1));
      const known = Object.keys(route.body ?? {});
      expect([route.id, unknown.toSorted()]).toEqual([
        route.id,
        Object.keys(extra)
          .filter((name) => !known.includes(name))
          .toSorted(),
      ]);
    });
    // And where no body is taken, one that comes is refused as well.
    await inParallel(
      routes.filter(({ body, method }) => !body && method !== 'GET'),
      async (route) => {
        const { status, refusal } = await ask(route, { body: JSON.stringify({ role: 'admin' }) });
        expect([route.id, status, refusal.code]).toEqual([route.id, 422, 'validation_failed']);
      },
    );
  });

  it('prototypes stay as they are', async () => {
    const polluted = [
      '{"__proto__":{"polluted":true}',
      '{"constructor":{"prototype":{"polluted":true}}',
      '{"a":{"__proto__":{"polluted":true}}',
    ];
    const tried = routes
      .filter(({ body }) => body)
      .flatMap((route) => polluted.map((start) => ({ route, body: `${start},${JSON.stringify(route.body).slice(1)}` })));
    await inParallel(tried, async ({ route, body }) => {
      const { status, refusal } = await ask(route, { body });
      expect([route.id, status, refusal.code]).toEqual([route.id, 400, 'bad_request']);
    });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('what is taken comes back as it was, to the code unit', async () => {
    const ben = await Person.signUp(flits.url);
    const cleo = await Person.signUp(flits.url);
    await ben.befriend(cleo);
    let taken = 0;
    for (const naughty of naughtyStrings) {
      const named = await ben.request('PATCH', '/v1/me', { body: { display_name: naughty } });
      if (named.status === 200) expect(named.body.display_name).toBe(naughty);
      else expect([naughty, named.body.code]).toEqual([naughty, 'validation_failed']);
      const sent = await ben.send({ text: naughty }, [cleo]);
      if (sent.status !== 201) expect([naughty, sent.body.code]).toEqual([naughty, 'validation_failed']);
      else {
        expect((await cleo.open(sent.body.id)).body.text).toBe(naughty);
        taken += 1;
      }
    }
    expect(taken).toBeGreaterThan(30);
  });

  it('and everything still stands', async () => {
    expect((await flits.query('SELECT 1 FROM people')).length).toBeGreaterThanOrEqual(3);
    expect((await anna.request('GET', '/v1/me')).status).toBe(200);
  });
});

/** Every route gets a part of the strings, and each string a part of the routes. */
function share(turn: number): string[] {
  return naughtyStrings.filter((_, index) => index % SHARES === turn % SHARES);
}

/** A lone surrogate has no place in a URL. */
function isEncodable(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
