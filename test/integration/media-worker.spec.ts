import { randomBytes, randomUUID } from 'node:crypto';
import { eraseUpload, UploadsService } from '../../src/features/media/index.js';
import { PhotoDecoders } from '../../src/features/media/pipeline/photo-decoders.js';
import { UploadClaims } from '../../src/features/media/upload-claims.js';
import { UploadProcessor } from '../../src/features/media/upload-processor.js';
import { Erasures } from '../../src/features/expiry/index.js';
import { ObjectStoreError } from '../../src/platform/storage/index.js';
import { TestFlits } from '../support/flits.js';
import { card } from '../support/images.js';
import { Person } from '../support/person.js';

/** Jobs are run by hand here: the process's own worker is stopped, and sweeps are started by the test. */
describe('processing uploads', () => {
  let flits: TestFlits;
  let anna: Person;
  let processor: UploadProcessor;
  let claims: UploadClaims;
  let decoders: PhotoDecoders;
  let photo: Buffer;

  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
    anna = await Person.signUp(flits.url);
    processor = flits.flits.app.get(UploadProcessor, { strict: false });
    claims = flits.flits.app.get(UploadClaims, { strict: false });
    decoders = flits.flits.app.get(PhotoDecoders, { strict: false });
    photo = await card().jpeg().toBuffer();
  });
  afterAll(() => flits.stop());
  afterEach(() => jest.restoreAllMocks());

  interface Row {
    readonly state: string;
    readonly reason: string | null;
    readonly incoming_name: string | null;
    readonly object_name: string;
    readonly is_marked: boolean;
    readonly is_claimed: boolean;
  }
  const row = async (id: string): Promise<Row> =>
    (
      await flits.query<Row>(
        `SELECT state, reason, incoming_name, object_name, decode_started_at IS NOT NULL AS is_marked, claimed_until > flits_now() AS is_claimed
         FROM mortal.uploads WHERE id = $1`,
        [id],
      )
    )[0]!;
  /** Completed, and waiting for a worker. */
  const waiting = async (file = photo, contentType = 'image/jpeg'): Promise<string> => {
    const id = await anna.putAs('photo', contentType, file);
    await anna.request('POST', `/v1/uploads/${id}/complete`);
    return id;
  };
  const readyEvents = async (id: string): Promise<number> =>
    Number(
      (await flits.query<{ n: string }>(`SELECT count(*) AS n FROM mortal.events WHERE ref = $1 AND type = 'upload.ready'`, [id]))[0]!.n,
    );
  const hasObject = async (name: string | null): Promise<boolean> => name !== null && (await flits.platform.store.head(name)) !== undefined;
  const failOnce = (method: 'get' | 'put'): void => {
    jest.spyOn(flits.platform.store, method).mockRejectedValueOnce(new ObjectStoreError(method, 'SlowDown'));
  };

  it('a job that comes five times at once gives one output and one event', async () => {
    const id = await waiting();
    const put = jest.spyOn(flits.platform.store, 'put');
    await Promise.all(Array.from({ length: 5 }, () => processor.process(id, 'photo.process')));
    await processor.process(id, 'photo.process');
    const { state, object_name, incoming_name } = await row(id);
    expect([state, await hasObject(incoming_name)]).toEqual(['ready', false]);
    expect(put.mock.calls.map(([name]) => name)).toEqual([object_name]);
    expect(await readyEvents(id)).toBe(1);
  });

  it('R19: a file whose worker did not come back from the decoder is poison, without another look', async () => {
    const id = await waiting();
    await flits.query(`UPDATE mortal.uploads SET decode_started_at = flits_now() WHERE id = $1`, [id]);
    const get = jest.spyOn(flits.platform.store, 'get');
    await processor.process(id, 'photo.process');
    expect(await row(id)).toMatchObject({ state: 'rejected', reason: 'poison' });
    expect(get).not.toHaveBeenCalled();
  });

  it('leaves a file alone that another worker is at, and takes it up once that lease is over', async () => {
    const id = await waiting();
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() + interval '30 seconds' WHERE id = $1`, [id]);
    await processor.process(id, 'photo.process');
    expect(await row(id)).toMatchObject({ state: 'processing', is_claimed: true });
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() WHERE id = $1`, [id]);
    await processor.process(id, 'photo.process');
    expect((await row(id)).state).toBe('ready');
  });

  it('a worker whose lease was taken over writes nothing', async () => {
    const id = await waiting();
    const original = flits.platform.store.get.bind(flits.platform.store);
    jest.spyOn(flits.platform.store, 'get').mockImplementationOnce(async (name, options) => {
      await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() + interval '60 seconds' WHERE id = $1`, [id]);
      return original(name, options);
    });
    await processor.process(id, 'photo.process');
    expect(await row(id)).toMatchObject({ state: 'processing', is_marked: false, is_claimed: true });
    expect(await readyEvents(id)).toBe(0);
  });

  it('other bytes of the same length are a hash_mismatch, and so are none', async () => {
    const [changed, lost] = [await waiting(), await waiting()];
    const { incoming_name: name } = await row(changed);
    const { bytes } = (await flits.platform.store.head(name!))!;
    await flits.platform.store.put(name!, randomBytes(bytes), { contentType: 'application/octet-stream' });
    await flits.platform.store.deleteMany([(await row(lost)).incoming_name!]);
    for (const id of [changed, lost]) {
      await processor.process(id, 'photo.process');
      expect(await row(id)).toMatchObject({ state: 'rejected', reason: 'hash_mismatch' });
    }
  });

  it.each(['get', 'put'] as const)('a store that fails to %s is no fault of the file: again later', async (method) => {
    const id = await waiting();
    failOnce(method);
    await expect(processor.process(id, 'photo.process')).rejects.toThrow('SlowDown');
    expect(await row(id)).toMatchObject({ state: 'processing', is_marked: false, is_claimed: false });
    await processor.process(id, 'photo.process');
    expect((await row(id)).state).toBe('ready');
  });

  it('a database that is away right after the decoder came back makes no poison of the file', async () => {
    const id = await waiting();
    jest.spyOn(claims, 'endDecode').mockRejectedValueOnce(new Error('away'));
    jest.spyOn(claims, 'release').mockRejectedValueOnce(new Error('away'));
    await expect(processor.process(id, 'photo.process')).rejects.toThrow('away');
    expect(await row(id)).toMatchObject({ state: 'processing', is_marked: true });
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() WHERE id = $1`, [id]);
    await processor.process(id, 'photo.process');
    expect((await row(id)).state).toBe('ready');
  });

  it('nor does one that is away when the decoder fails by a fault of the machine', async () => {
    const id = await waiting();
    jest.spyOn(decoders, 'make').mockRejectedValueOnce(new Error('no memory'));
    jest.spyOn(claims, 'release').mockRejectedValueOnce(new Error('away'));
    await expect(processor.process(id, 'photo.process')).rejects.toThrow('no memory');
    expect(await row(id)).toMatchObject({ state: 'processing', is_marked: true });
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() WHERE id = $1`, [id]);
    await processor.process(id, 'photo.process');
    expect((await row(id)).state).toBe('ready');
  });

  it.each(['was given back', 'could not be given back'])('R19: a file that %s and then took another worker down is poison', async (how) => {
    const id = await waiting();
    jest.spyOn(decoders, 'make').mockRejectedValueOnce(new Error('no memory'));
    if (how !== 'was given back') jest.spyOn(claims, 'release').mockRejectedValueOnce(new Error('away'));
    await expect(processor.process(id, 'photo.process')).rejects.toThrow('no memory');
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now(), decode_started_at = flits_now() WHERE id = $1`, [id]);
    await processor.process(id, 'photo.process');
    expect(await row(id)).toMatchObject({ state: 'rejected', reason: 'poison' });
  });

  it('a HEIF among the photos goes on to the queue of HEIF, untried, and whoever looks for lost jobs knows', async () => {
    const id = await waiting(await card().avif().toBuffer());
    const [make, add] = [jest.spyOn(decoders, 'make'), jest.spyOn(flits.platform.queue, 'add')];
    await processor.process(id, 'photo.process');
    expect(await row(id)).toMatchObject({ state: 'processing', is_marked: false, is_claimed: false });
    expect(make).not.toHaveBeenCalled();
    expect(add.mock.calls).toEqual([['heif.process', { uploadId: id }, { key: id }]]);
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() - interval '11 seconds' WHERE id = $1`, [id]);
    add.mockClear();
    await flits.sweep();
    const again = add.mock.calls.filter(([, payload]) => 'uploadId' in payload && payload.uploadId === id);
    expect(new Set(again.map(([name]) => name))).toEqual(new Set(['heif.process']));
    await processor.process(id, 'heif.process');
    expect((await row(id)).state).toBe('ready');
  });

  it('a photo that only says it is a HEIF is made where it is', async () => {
    const id = await waiting(photo, 'image/avif');
    await processor.process(id, 'heif.process');
    expect((await row(id)).state).toBe('ready');
  });

  it('an upload that is erased while a worker is at it stays erased and leaves no object', async () => {
    const id = await waiting();
    const original = flits.platform.store.put.bind(flits.platform.store);
    const names = await row(id);
    jest.spyOn(flits.platform.store, 'put').mockImplementationOnce(async (name, bytes, options) => {
      await flits.platform.database.transaction(async (tx) => {
        const owed = await eraseUpload(tx, id);
        expect(owed).toEqual([names.object_name, names.incoming_name]);
        expect(await eraseUpload(tx, id)).toEqual([]);
        const label = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
        await flits.flits.app.get(Erasures, { strict: false }).owe(tx, { label, reason: 'unsent', objectNames: owed });
      });
      await flits.sweep();
      await original(name, bytes, options);
    });
    await processor.process(id, 'photo.process');
    expect((await row(id)).state).toBe('erased');
    expect(await hasObject(names.object_name)).toBe(false);
    expect(await hasObject(names.incoming_name)).toBe(false);
    expect((await anna.request('GET', `/v1/uploads/${id}`)).body.code).toBe('upload_expired');
  });

  it('an incoming object that could not be deleted goes with the next sweep', async () => {
    const id = await waiting();
    const { incoming_name: name } = await row(id);
    jest.spyOn(flits.platform.store, 'deleteMany').mockResolvedValueOnce([{ name: name!, deleted: false, reason: 'AccessDenied' }]);
    await processor.process(id, 'photo.process');
    expect(await row(id)).toMatchObject({ state: 'ready', incoming_name: name });
    expect(await hasObject(name)).toBe(true);
    await flits.sweep();
    expect((await row(id)).incoming_name).toBeNull();
    expect(await hasObject(name)).toBe(false);
  });

  it('the sweep puts waiting files back into the queue, those that just came and those under way excepted', async () => {
    const [lost, heif, fresh, underWay] = [await waiting(), await waiting(photo, 'image/avif'), await waiting(), await waiting()];
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() - interval '11 seconds' WHERE id IN ($1, $2)`, [lost, heif]);
    await flits.query(`UPDATE mortal.uploads SET claimed_until = flits_now() + interval '30 seconds' WHERE id = $1`, [underWay]);
    const add = jest.spyOn(flits.platform.queue, 'add');
    await flits.sweep();
    const added = add.mock.calls.filter(([name]) => name.endsWith('.process')).map(([name, payload]) => [name, payload]);
    expect(added).toContainEqual(['photo.process', { uploadId: lost }]);
    expect(added).toContainEqual(['heif.process', { uploadId: heif }]);
    for (const uploadId of [fresh, underWay]) expect(added).not.toContainEqual(['photo.process', { uploadId }]);
  });

  // The last two move the clock, and there is no way back.
  it('uploads that no snap used are erased after six hours', async () => {
    const unused = [await anna.put(photo), await waiting(), await waiting()];
    await processor.process(unused[2]!, 'photo.process');
    const names = (await Promise.all(unused.map(row))).flatMap(({ object_name, incoming_name }) => [object_name, incoming_name]);
    const used = await waiting();
    await processor.process(used, 'photo.process');
    await flits.query(`UPDATE mortal.uploads SET snap_id = $2 WHERE id = $1`, [used, used]);
    await flits.shiftClock(6 * 3600 - 60);
    await flits.sweep();
    expect(await Promise.all(unused.map(async (id) => (await row(id)).state))).toEqual(['pending', 'processing', 'ready']);
    await flits.shiftClock(6 * 3600 + 60);
    await flits.sweep();
    expect(await Promise.all(unused.map(async (id) => (await row(id)).state))).toEqual(['erased', 'erased', 'erased']);
    expect((await row(used)).state).toBe('ready');
    for (const name of names) expect(await hasObject(name)).toBe(false);
  });

  it('R2: past its hour an upload is gone for everybody, and its job ends quietly', async () => {
    const uploads = flits.flits.app.get(UploadsService, { strict: false });
    const id = await anna.put(photo);
    const late = await waiting();
    await flits.shiftClock(19 * 3600);
    for (const owner of [anna.id, randomUUID()]) await expect(uploads.get(owner, id)).rejects.toMatchObject({ code: 'upload_expired' });
    for (const call of ['ticket', 'complete'] as const)
      await expect(uploads[call](anna.id, id)).rejects.toMatchObject({ code: 'upload_expired' });
    await processor.process(late, 'photo.process');
    expect(await row(late)).toMatchObject({ state: 'processing', is_marked: false, is_claimed: false });
  });
});
