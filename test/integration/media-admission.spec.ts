import { randomBytes, randomUUID } from 'node:crypto';
import { UploadProcessor } from '../../src/features/media/upload-processor.js';
import { TestFlits } from '../support/flits.js';
import { card } from '../support/images.js';
import { Person, type Answer } from '../support/person.js';
import { until } from '../support/until.js';

interface Ticketed {
  readonly id: string;
  readonly code?: string;
  readonly put: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

/** What a server takes from one person in a day, and from everybody at once. The worker is stopped: its jobs are run by hand. */
describe('how much is taken', () => {
  let flits: TestFlits;
  let processor: UploadProcessor;
  let photo: Buffer;

  beforeAll(async () => {
    flits = await TestFlits.start({ UPLOADS_PER_DAY: '12', UPLOAD_BYTES_PER_DAY: '200000000', PHOTOS_WAITING: '3' });
    await flits.stopWorker();
    processor = flits.flits.app.get(UploadProcessor, { strict: false });
    photo = await card().jpeg().toBuffer();
  });
  afterAll(() => flits.stop());

  const ask = (who: Person, over: object = {}, key: string = randomUUID()): Promise<Answer<Ticketed>> =>
    who.request<Ticketed>('POST', '/v1/uploads', {
      key,
      body: {
        kind: 'photo',
        content_type: 'image/jpeg',
        bytes: 5000,
        sha256: randomBytes(32).toString('hex'),
        encryption: 'aes128gcm',
        key: randomBytes(16).toString('base64url'),
        ...over,
      },
    });
  const codesOf = (answers: readonly Answer<Ticketed>[]): (string | number)[] => answers.map(({ status, body }) => body.code ?? status);
  const charges = async (who: Person): Promise<number> =>
    Number(
      (
        await flits.query<{ n: string }>('SELECT count(*) AS n FROM upload_charges WHERE person_id = $1 AND counts_until > flits_now()', [
          who.id,
        ])
      )[0]!.n,
    );
  const rows = async (who: Person): Promise<number> =>
    Number((await flits.query<{ n: string }>('SELECT count(*) AS n FROM mortal.uploads WHERE owner_id = $1', [who.id]))[0]!.n);

  it('R44: fifty tickets at once get no more than the quota, and the rest hear when there is room', async () => {
    const [anna, ben] = [await Person.signUp(flits.url), await Person.signUp(flits.url)];
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(anna)));
    expect(codesOf(answers).sort()).toEqual([...Array<number>(12).fill(201), ...Array<string>(38).fill('quota_exceeded')]);
    for (const { status, headers } of answers.filter(({ body }) => body.code)) {
      expect(status).toBe(429);
      // Nothing of them was completed: the oldest stops counting when it dies, after six hours.
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(6 * 3600 - 60);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(6 * 3600);
    }
    expect([await rows(anna), await charges(anna)]).toEqual([12, 12]);
    expect((await ask(ben)).status).toBe(201);
  });

  it('R44: the same Idempotency-Key is charged once', async () => {
    const anna = await Person.signUp(flits.url);
    const [body, key] = [{ sha256: 'a'.repeat(64), key: randomBytes(16).toString('base64url') }, randomUUID()];
    for (let n = 0; n < 3; n += 1) expect((await ask(anna, body, key)).status).toBe(201);
    expect(await charges(anna)).toBe(1);
  });

  it('R44: bytes are counted as well as files', async () => {
    const anna = await Person.signUp(flits.url);
    await flits.query(`INSERT INTO upload_charges SELECT $2, $1, 199990000, now, now + interval '1 hour' FROM flits_now() AS now`, [
      anna.id,
      randomUUID(),
    ]);
    expect(codesOf([await ask(anna, { bytes: 5000 }), await ask(anna, { bytes: 5001 }), await ask(anna, { bytes: 5000 })])).toEqual([
      201,
      'quota_exceeded',
      201,
    ]);
    const refused = await ask(anna);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
  });

  it('R44: what is rejected never counted; what was taken counts for a day', async () => {
    const anna = await Person.signUp(flits.url);
    const [good, bad] = [await anna.put(photo), await anna.put(Buffer.from('this is no photo'))];
    for (const id of [good, bad]) {
      await anna.request('POST', `/v1/uploads/${id}/complete`);
      await processor.process(id, 'photo.process');
    }
    const left = await flits.query<{ upload_id: string; hours: number }>(
      `SELECT upload_id, round(extract(epoch FROM counts_until - flits_now()) / 3600)::int AS hours FROM upload_charges WHERE person_id = $1`,
      [anna.id],
    );
    expect(left).toEqual([{ upload_id: good, hours: 24 }]);
  });

  it('R44: a ticket that fails after it was charged leaves no charge', async () => {
    const anna = await Person.signUp(flits.url);
    const sign = jest.spyOn(flits.platform.database, 'transaction').mockImplementationOnce(async (work) => {
      sign.mockRestore();
      await flits.platform.database.transaction(async (tx) => {
        await work(tx);
        throw new Error('the process died here');
      });
      throw new Error('not reached');
    });
    expect((await ask(anna)).status).toBe(500);
    expect([await rows(anna), await charges(anna)]).toEqual([0, 0]);
  });

  it('a long queue refuses tickets with 503, and nothing whose bytes are there', async () => {
    const anna = await Person.signUp(flits.url);
    const ids = [await anna.put(photo), await anna.put(photo), await anna.put(photo), await anna.put(photo)];
    const complete = (id: string): Promise<Answer> => anna.request('POST', `/v1/uploads/${id}/complete`);
    for (const id of ids.slice(0, 3)) expect((await complete(id)).status).toBe(202);
    // One and the same ticket over and over: the count is fresh every second.
    const [body, key] = [{ sha256: 'a'.repeat(64), key: randomBytes(16).toString('base64url') }, randomUUID()];
    const refused = await until('a refusal', async () => {
      const answer = await ask(anna, body, key);
      return answer.status !== 201 && answer;
    });
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const renewed = await anna.request('POST', `/v1/uploads/${ids[3]}/ticket`);
    expect([renewed.status, renewed.body.code, renewed.headers.has('retry-after')]).toEqual([503, 'unavailable', true]);
    expect((await complete(ids[3]!)).status).toBe(202);
    for (const id of ids) await processor.process(id, 'photo.process');
    await until('room again', async () => (await ask(anna, body, key)).status === 201);
  });

  // The last ones move the clock, and there is no way back.
  it('R7: bytes that come a second time after complete are read by nobody and removed', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const id = await anna.put(photo);
    const before = await flits.query<{ incoming_name: string }>('SELECT incoming_name FROM mortal.uploads WHERE id = $1', [id]);
    const name = before[0]!.incoming_name;
    const bytes = (await flits.platform.store.get(name, { maxBytes: 1_000_000 }))!;
    await anna.request('POST', `/v1/uploads/${id}/complete`);
    await processor.process(id, 'photo.process');
    const snap = await anna.send({ upload_id: id }, [ben]);
    const stored = await flits.query<{ sha256: string }>('SELECT sha256 FROM mortal.uploads WHERE id = $1', [id]);
    expect(await flits.platform.store.head(name)).toBeUndefined();
    // As the phone's link, which lives for 15 minutes, would let it.
    await flits.platform.store.put(name, bytes, { contentType: 'application/octet-stream' });
    await anna.request('POST', `/v1/uploads/${id}/complete`);
    await processor.process(id, 'photo.process');
    await flits.sweep();
    expect(await flits.query('SELECT sha256 FROM mortal.uploads WHERE id = $1', [id])).toEqual(stored);
    await flits.shiftClock(26 * 60);
    await flits.sweep();
    expect(await flits.platform.store.head(name)).toBeUndefined();
    expect(await flits.query('SELECT incoming_name FROM mortal.uploads WHERE id = $1', [id])).toEqual([{ incoming_name: null }]);
    expect((await ben.open(snap.body.id)).status).toBe(200);
  });

  it('R7: the same of a snap that was unsent and of a file that was refused', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const [unsent, refused] = [await anna.put(photo), await anna.put(Buffer.from('this is no photo'))];
    const names = await flits.query<{ incoming_name: string }>('SELECT incoming_name FROM mortal.uploads WHERE id IN ($1, $2)', [
      unsent,
      refused,
    ]);
    for (const id of [unsent, refused]) {
      await anna.request('POST', `/v1/uploads/${id}/complete`);
      await processor.process(id, 'photo.process');
    }
    const snap = await anna.send({ upload_id: unsent }, [ben]);
    expect((await anna.request('DELETE', `/v1/snaps/${snap.body.id}`)).status).toBe(200);
    await flits.sweep();
    for (const { incoming_name: name } of names) {
      expect(await flits.platform.store.head(name)).toBeUndefined();
      await flits.platform.store.put(name, photo, { contentType: 'application/octet-stream' });
    }
    await flits.shiftClock(2 * 26 * 60);
    await flits.sweep();
    for (const { incoming_name: name } of names) expect(await flits.platform.store.head(name)).toBeUndefined();
  });

  it('R44: what nobody used is given back after six hours, whatever had become of it', async () => {
    const anna = await Person.signUp(flits.url);
    const [pending, ready] = [await anna.put(photo), await anna.put(photo)];
    await anna.request('POST', `/v1/uploads/${ready}/complete`);
    await processor.process(ready, 'photo.process');
    expect(await charges(anna)).toBe(2);
    await flits.shiftClock(7 * 3600);
    await flits.sweep();
    expect(await charges(anna)).toBe(0);
    expect(await flits.query('SELECT 1 FROM upload_charges WHERE upload_id IN ($1, $2)', [pending, ready])).toEqual([]);
  });
});
