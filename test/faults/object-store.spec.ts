import { performance } from 'node:perf_hooks';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';
import { TcpProxy } from '../support/tcp-proxy.js';

jest.setTimeout(180_000);

/** A phone that waits for an answer, and proxies before it, give up after half a minute or so. */
const PATIENCE_MS = 25_000;

/** Needs an S3 server: part of `npm run test:services`. */
(process.env.TEST_S3_ENDPOINT ? describe : describe.skip)('an object store that is ill', () => {
  let flits: TestFlits;
  /** Between Flits and the store, and between phones and the store. */
  let ours: TcpProxy;
  let theirs: TcpProxy;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    const proxy = () => TcpProxy.open(process.env.TEST_S3_ENDPOINT!, 80);
    [ours, theirs] = await Promise.all([proxy(), proxy()]);
    const bare = ({ url }: TcpProxy) => url.replace(/\/$/, '');
    flits = await TestFlits.start({ S3_ENDPOINT: bare(ours), PUBLIC_S3_ENDPOINT: bare(theirs) });
    [anna, ben] = await Person.friends(flits.url);
  });
  afterEach(() => {
    ours.heal();
    theirs.heal();
  });
  afterAll(async () => {
    await flits.stop();
    await Promise.all([ours.close(), theirs.close()]);
  });

  const photoSent = async () => (await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben])).body.id;
  const stateOf = async (id: string) =>
    (await anna.request<{ deliveries: { state: string }[] }>('GET', `/v1/snaps/${id}`)).body.deliveries[0]?.state;

  it.each(['cut', 'hang'] as const)(
    '%s: nothing is acknowledged whose bytes nobody has seen; the same send goes through later, once',
    async (illness) => {
      const uploadId = await anna.put(await samplePhoto());
      ours[illness]();
      const began = performance.now();
      const key = `the same send, ${illness}`;
      const refused = await Promise.all([
        anna.send({ upload_id: uploadId }, [ben], key),
        anna.request('POST', `/v1/uploads/${uploadId}/complete`),
      ]);
      expect(refused.map(({ body }) => body.code)).toEqual(['unavailable', 'unavailable']);
      expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
      ours.heal();
      const again = await anna.send({ upload_id: uploadId }, [ben], key);
      const twice = await anna.send({ upload_id: uploadId }, [ben], key);
      expect([again.status, twice.body.id]).toEqual([201, again.body.id]);
    },
  );

  it('1 KB/s: a view is not used up by a fetch that came to nothing', async () => {
    const id = await photoSent();
    const { body } = await ben.request<{ url: string }>('POST', `/v1/snaps/${id}/media`);
    theirs.bytesPerSecond = 1000;
    await expect(fetch(body.url, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.arrayBuffer())).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await stateOf(id)).not.toBe('opened');
    theirs.heal();
    const link = await ben.request<{ url: string; bytes: number }>('POST', `/v1/snaps/${id}/media`);
    expect((await (await fetch(link.body.url)).arrayBuffer()).byteLength).toBe(link.body.bytes);
    const opened = await ben.open(id);
    expect([opened.status, (await ben.view(opened.body)).subarray(0, 2)]).toEqual([200, Buffer.from([0xff, 0xd8])]);
  });

  it('away at the end of an hour: nobody reads what was due, and its bytes go once the store is back', async () => {
    const id = await photoSent();
    const label = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    // By hand from here on: the hour is over while the store is away.
    await flits.stopWorker();
    await flits.shiftClock((label - Date.now()) / 1000 + 1);
    ours.cut();
    await flits.sweep();
    expect((await ben.open(id)).body.code).toBe('snap_expired');
    const hour = async () => (await flits.query<{ state: string }>('SELECT state FROM hours WHERE label = $1', [label]))[0]?.state;
    expect(await hour()).not.toBe('closed');
    ours.heal();
    await flits.sweep();
    expect(await hour()).toBe('closed');
    expect((await flits.objectNames()).filter((name) => name.includes(`/${label}/`))).toEqual([]);
    expect(await flits.platform.vault.labels()).not.toContain(label);
  });
});
