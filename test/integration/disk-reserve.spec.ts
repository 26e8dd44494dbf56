import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';

/** On services of others there is no folder of ours to fill. */
const onEmbedded = process.env.TEST_S3_ENDPOINT ? describe.skip : describe;

onEmbedded('a disk that is nearly full', () => {
  let flits: TestFlits;

  // More than any disk has: it is "nearly full" from the start.
  beforeAll(async () => (flits = await TestFlits.start({ DISK_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER) })));
  afterAll(() => flits.stop());

  it('refuses tickets and sends with storage_low and Retry-After; everything else goes on', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const refused = await anna.send({ text: 'no room for this' }, [ben]);
    expect(refused).toMatchObject({ status: 503, body: { code: 'storage_low' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await expect(anna.put(await samplePhoto())).rejects.toThrow('storage_low');
    expect(await ben.inbox()).toEqual([]);
    expect(await flits.objectNames()).toEqual([]);
  });
});
