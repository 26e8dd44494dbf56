import { Sweeper } from '../../src/features/expiry/index.js';
import { Person } from '../support/person.js';
import { OwnRedis } from '../support/own-redis.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

/** All work that was in Redis is made again from rows by then. */
const REMADE_MS = 30_000;

/** Needs redis-server: part of `npm run test:services`. */
const withRedis = process.env.TEST_SERVICES ? describe : describe.skip;

withRedis('Redis is a speed-up', () => {
  let redis: OwnRedis;
  let flits: TestFlits;

  beforeEach(async () => {
    redis = await OwnRedis.start();
    flits = await TestFlits.start({ REDIS_URL: redis.url });
  });
  afterEach(async () => {
    await flits.stop();
    await redis.stop();
  });

  const hourState = async (label: number) =>
    (await flits.query<{ state: string }>('SELECT state FROM hours WHERE label = $1', [label]))[0]?.state;

  it('FLUSHALL in the middle loses nothing, and the purge stays on time', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const phone = await SocketClient.identified(flits.url, ben.session.access_token, 0);
    const uploads = await Promise.all(Array.from({ length: 4 }, async () => anna.put(await samplePhoto())));
    // The worst moment: a sweep has just gone by.
    const sweep = jest.spyOn(flits.flits.app.get(Sweeper, { strict: false }), 'sweep');
    await until('a sweep', () => sweep.mock.calls.length > 0);
    const sends = uploads.map((upload_id) => anna.send({ upload_id }, [ben]));
    await redis.empty();
    const sent = (await Promise.all(sends)).map(({ status, body }) => {
      expect(status).toBe(201);
      return body.id;
    });
    await redis.empty();
    await until('every snap in the inbox', async () => (await ben.inbox()).length === sent.length, REMADE_MS);
    for (const id of sent) {
      const event = await phone.event('snap.received', ({ data }) => (data as { snap_id: string }).snap_id === id);
      expect(event.seq).toBeGreaterThan(0);
    }
    const seen = phone.seqs();
    expect(new Set(seen).size).toBe(seen.length);
    await phone.close();

    const label = Date.parse((await anna.sendText('last', [ben])).expires_at);
    await redis.empty();
    await flits.shiftClock(Math.ceil((label - Date.now()) / 1000) + 1);
    // No help: the sweep alone, every 15 s.
    await until('a closed hour', async () => (await hourState(label)) === 'closed', 60_000);
    expect(await flits.objectNames()).toEqual([]);
  });

  it('killed: sends are accepted, opens decided once, purges go on; back again, hints return', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    await redis.kill();
    const { id, expires_at } = await anna.sendText('without Redis', [ben], { view: { mode: 'once' } });
    expect(await ben.inbox()).toHaveLength(1);
    const opens = await Promise.all(Array.from({ length: 10 }, () => ben.open(id)));
    expect(opens.filter(({ status }) => status === 200)).toHaveLength(1);
    await flits.shiftClock(Math.ceil((Date.parse(expires_at) - Date.now()) / 1000) + 1);
    await until('a closed hour', async () => (await hourState(Date.parse(expires_at))) === 'closed', 60_000);
    await redis.start();
    const head = await headOf(ben); // and with it a fresh token
    const phone = await SocketClient.identified(flits.url, ben.session.access_token, head);
    await until('a hint that arrives', async () => {
      await anna.sendText('with Redis again', [ben]);
      return phone.seqs().length > 0;
    });
    await phone.close();
  });

  it('away at the start: the process comes up, says which part it misses, and is ready once that is there', async () => {
    await flits.stop();
    await redis.kill();
    flits = await TestFlits.start({ REDIS_URL: redis.url });
    const ready = async () => {
      const answer = await fetch(`${flits.url}/readyz`);
      return { status: answer.status, parts: ((await answer.json()) as { parts: Record<string, string> }).parts };
    };
    expect(await ready()).toMatchObject({ status: 503, parts: { redis: 'away', postgres: 'up' } });
    expect((await fetch(`${flits.url}/livez`)).status).toBe(200);

    await redis.start();
    await until('a ready Flits', async () => (await ready()).status === 200);
    const [anna, ben] = await Person.friends(flits.url);
    const phone = await SocketClient.identified(flits.url, ben.session.access_token, 0);
    await anna.send({ upload_id: await anna.put(await samplePhoto()) }, [ben]);
    await phone.event('snap.received'); // A worker took the job, and a hint arrived.
    await phone.close();

    await redis.kill();
    await until('readyz to notice', async () => (await ready()).parts.redis === 'away');
    expect((await ready()).status).toBe(200); // It was there once: from then on it is a speed-up.
  });

  async function headOf(person: Person): Promise<number> {
    return (await person.request<{ head: number }>('GET', '/v1/inbox')).body.head;
  }
});
