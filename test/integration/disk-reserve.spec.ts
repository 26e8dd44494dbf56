import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';

/** On services of others there is no folder of ours to fill. */
const onEmbedded = process.env.TEST_S3_ENDPOINT ? describe.skip : describe;

onEmbedded('a disk that is nearly full', () => {
  let flits: TestFlits;

  let anna: Person;
  let ben: Person;
  let photoId: string;

  /** There was room for a photo; then the reserve is more than any disk has. */
  beforeAll(async () => {
    const before = await TestFlits.start();
    [anna, ben] = await Person.friends(before.url);
    photoId = (await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben])).body.id;
    await before.flits.stop();
    const environment = { ...before.place.environment, DISK_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER) };
    flits = await TestFlits.startOn({ ...before.place, environment });
  });
  afterAll(() => flits.stop());

  it('refuses tickets and sends with storage_low and Retry-After; what is there can be seen', async () => {
    const refused = await anna.send({ text: 'no room for this' }, [ben]);
    expect(refused).toMatchObject({ status: 503, body: { code: 'storage_low' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await expect(anna.put(await samplePhoto())).rejects.toThrow('storage_low');
    expect((await ben.inbox()).map(({ snap_id }) => snap_id)).toEqual([photoId]);
    expect((await ben.open(photoId)).status).toBe(200);
    expect(await flits.objectNames()).toHaveLength(1);
  });

  it('purging goes on: the hour ends, rows, key and bytes', async () => {
    const label = Number.parseInt(photoId.replaceAll('-', '').slice(0, 12), 16);
    await flits.shiftClock((label - Date.now()) / 1000 + 1);
    await flits.sweep();
    expect(await flits.objectNames()).toEqual([]);
    expect(await flits.query('SELECT state FROM hours WHERE label = $1', [label])).toEqual([{ state: 'closed' }]);
    expect(await flits.platform.vault.labels()).not.toContain(label);
  });
});
