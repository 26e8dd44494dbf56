import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { decryptBlob, encryptBlob } from '../../src/platform/crypto/index.js';
import { MAX_BYTES, type UploadEntity } from '../../src/features/media/index.js';
import { MediaRejected } from '../../src/features/media/media-rejected.js';
import { DecoderProcess } from '../../src/features/media/pipeline/decoder-process.js';
import { TestFlits } from '../support/flits.js';
import { heicCard } from '../support/heic.js';
import { card, jpegParts, noise, SECRETS, withTraces } from '../support/images.js';
import { Person, type Answer } from '../support/person.js';
import { until } from '../support/until.js';

interface Ticketed {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
  readonly put?: { readonly url: string; readonly method: string; readonly headers: Record<string, string>; readonly expires_at: string };
  readonly expires_at: string;
  readonly server_time: string;
}
interface View {
  readonly state: string;
  readonly code?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly width?: number;
  readonly height?: number;
}

describe('uploads over HTTP', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = [await Person.signUp(flits.url), await Person.signUp(flits.url)];
  });
  afterAll(() => flits.stop());

  const announce = (blob: Buffer, over: Record<string, unknown> = {}) => ({
    kind: 'photo',
    content_type: 'image/jpeg',
    bytes: blob.length,
    sha256: createHash('sha256').update(blob).digest('hex'),
    encryption: 'aes128gcm',
    key: randomBytes(16).toString('base64url'),
    ...over,
  });
  const create = (body: object, key: string = randomUUID()): Promise<Answer<Ticketed>> =>
    anna.request<Ticketed>('POST', '/v1/uploads', { body, key });
  const put = async ({ put: ticket }: Ticketed, blob: Buffer): Promise<number> => {
    const { url, method, headers } = ticket!;
    return (await fetch(url, { method, headers, body: new Uint8Array(blob) })).status;
  };
  const view = (id: string, who: Person = anna): Promise<Answer<View>> => who.request<View>('GET', `/v1/uploads/${id}`);
  const complete = (id: string): Promise<Answer<View>> => anna.request<View>('POST', `/v1/uploads/${id}/complete`);
  const outcome = (id: string, patienceMs?: number): Promise<View> => {
    const decided = async (): Promise<View | false> => {
      const { body } = await view(id);
      return ['ready', 'rejected'].includes(body.state) && body;
    };
    return until('outcome of the upload', decided, patienceMs);
  };
  const row = async (id: string): Promise<UploadEntity> => {
    const [found] = await flits.query<UploadEntity>(
      `SELECT client_key AS "clientKey", content_key AS "contentKey", object_name AS "objectName", incoming_name AS "incomingName", thumbhash, sha256,
         bytes, content_type AS "contentType" FROM mortal.uploads WHERE id = $1`,
      [id],
    );
    return found!;
  };
  const events = async (type: string, id: string): Promise<Record<string, unknown>[]> => {
    const { body } = await anna.request<{ items: { type: string; data: Record<string, unknown> }[] }>('GET', '/v1/events?after=0');
    return body.items.filter((event) => event.type === type && event.data.upload_id === id).map(({ data }) => data);
  };

  it('the whole life: ticket, PUT, complete, one clean JPEG under a key of its own', async () => {
    const key = randomBytes(16);
    const blob = encryptBlob(
      key,
      await withTraces(card({ width: 300, height: 200, orientation: 6 }))
        .jpeg()
        .toBuffer(),
    );
    const { status, body: ticket } = await create(announce(blob, { key: key.toString('base64url') }));
    expect([status, ticket.state]).toEqual([201, 'pending']);
    const [now, label] = [Date.parse(ticket.server_time), Date.parse(ticket.expires_at)];
    expect(label % 3_600_000).toBe(0);
    expect(Date.parse(ticket.put!.expires_at) - now).toBeLessThanOrEqual(900_000);
    expect(await put(ticket, blob)).toBe(200);
    const done = await complete(ticket.id);
    expect([done.status, done.body.state]).toEqual([202, 'processing']);
    expect(await outcome(ticket.id)).toEqual({ id: ticket.id, state: 'ready', kind: 'photo', width: 300, height: 200 });

    const stored = await row(ticket.id);
    expect(stored.clientKey).toBeNull();
    expect(stored.objectName).toMatch(new RegExp(`^[0-9a-f]{2}/${label}/[0-9a-f]{32}$`));
    const object = (await flits.platform.store.get(stored.objectName, { maxBytes: 10_000_000 }))!;
    expect({ bytes: object.length, sha256: createHash('sha256').update(object).digest('hex') }).toEqual({
      bytes: stored.bytes,
      sha256: stored.sha256,
    });
    const contentKey = await flits.platform.hourKeys.unwrap(ticket.id, stored.contentKey!);
    expect(contentKey.equals(key)).toBe(false);
    const photo = decryptBlob(contentKey, object);
    expect(jpegParts(photo)).toEqual({ markers: expect.not.arrayContaining(['e1', 'e2', 'ed', 'fe']) as string[], tailBytes: 0 });
    for (const secret of SECRETS) expect(photo.includes(secret)).toBe(false);
    expect(decryptBlob(contentKey, stored.thumbhash!).length).toBeGreaterThan(4);

    await until('erased incoming object', async () => (await flits.objectNames()).join() === stored.objectName);
    expect(await events('upload.ready', ticket.id)).toEqual([
      { upload_id: ticket.id, state: 'ready', kind: 'photo', width: 300, height: 200 },
    ]);
    // R54: the same call again, and the PUT again, change nothing.
    expect((await complete(ticket.id)).body.state).toBe('ready');
    expect((await anna.request('POST', `/v1/uploads/${ticket.id}/ticket`)).body.code).toBe('upload_used');
  });

  it('R54: the same Idempotency-Key gives the same upload, with a ticket as long as it awaits its bytes', async () => {
    const photo = await card().jpeg().toBuffer();
    const body = announce(photo, { encryption: 'none', key: undefined });
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(body, key)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201).map(({ body: { code } }) => code)).toEqual(
      Array(5 - made.length).fill('in_flight'),
    );
    expect(new Set(made.map(({ body: { id } }) => id)).size).toBe(1);
    const again = await create(body, key);
    expect([again.status, again.body.id]).toEqual([201, made[0]!.body.id]);
    expect(await put(again.body, photo)).toBe(200);
    await complete(again.body.id);
    await outcome(again.body.id);
    const late = await create(body, key);
    expect([late.status, late.body]).toEqual([201, expect.objectContaining({ id: again.body.id, state: 'ready' })]);
    expect(late.body.put).toBeUndefined();
    expect((await create({ ...body, bytes: body.bytes + 1 }, key)).body.code).toBe('idempotency_key_reused');
  });

  it('dies in an earlier hour where it is asked to', async () => {
    const { body } = await create(announce(Buffer.alloc(500), { ttl_seconds: 60 }));
    const now = Date.parse(body.server_time);
    expect(Date.parse(body.expires_at)).toBe(Math.ceil((now + 60_000) / 3_600_000) * 3_600_000);
    expect(Date.parse(body.put!.expires_at)).toBeLessThanOrEqual(Date.parse(body.expires_at));
  });

  it('a fresh ticket takes the same bytes to the same place', async () => {
    const blob = randomBytes(500);
    const { body: first } = await create(announce(blob));
    expect((await complete(first.id)).body.code).toBe('upload_incomplete');
    const { status, body: second } = await anna.request<Ticketed>('POST', `/v1/uploads/${first.id}/ticket`);
    expect([status, second.id, second.state]).toEqual([201, first.id, 'pending']);
    expect(new URL(second.put!.url).pathname).toBe(new URL(first.put!.url).pathname);
    expect(await put(second, blob)).toBe(200);
    expect((await complete(first.id)).status).toBe(202);
  });

  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['text', () => Buffer.from('this is no photo, whatever it says'), 'unsupported_media'],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'unsupported_media'],
    ['half a photo', async () => (await noise(300, 200).jpeg().toBuffer()).subarray(0, 9000), 'damaged'],
    ['more than 12,000 pixels a side', () => card({ width: 12_002, height: 2 }).png().toBuffer(), 'too_many_pixels'],
  ])('R11 R12 R19: %s is rejected in words, its sender is told, nothing is kept', async (_, file, reason) => {
    const key = randomBytes(16);
    const blob = encryptBlob(key, await file());
    const { body: ticket } = await create(announce(blob, { key: key.toString('base64url') }));
    await put(ticket, blob);
    await complete(ticket.id);
    const rejected = await outcome(ticket.id);
    expect(rejected).toEqual({ id: ticket.id, state: 'rejected', reason, detail: expect.any(String) as string, kind: 'photo' });
    expect(await events('upload.rejected', ticket.id)).toEqual([expect.objectContaining({ upload_id: ticket.id, reason })]);
    const { clientKey, contentKey, objectName } = await row(ticket.id);
    expect([clientKey, contentKey]).toEqual([null, null]);
    const folder = new URL(ticket.put!.url).pathname.split('/').at(-1)!;
    await until('erased bytes', async () => (await flits.objectNames()).every((name) => name !== objectName && !name.endsWith(folder)));
  });

  it('R19: a JPEG waits neither for an AVIF that hangs nor for the one behind it, which is left alone until then', async () => {
    let kill: () => void = () => undefined;
    const hanging = new Promise<never>((_resolve, reject) => (kill = () => reject(new MediaRejected('too_slow'))));
    const make = jest.spyOn(DecoderProcess.prototype, 'make').mockReturnValueOnce(hanging);
    const get = jest.spyOn(flits.platform.store, 'get');
    try {
      const avif = await card().avif().toBuffer();
      const [hung, behind] = [await anna.putAs('photo', 'image/avif', avif), await anna.putAs('photo', 'image/avif', avif)];
      const jpeg = await anna.put(await card().jpeg().toBuffer());
      await complete(hung);
      await until('file in the decoder', () => make.mock.calls.length === 1);
      for (const id of [behind, jpeg]) await complete(id);
      // A decoder is given 30 s; this one does not end before it is told to.
      expect((await outcome(jpeg, 20_000)).state).toBe('ready');
      for (const id of [hung, behind]) expect((await view(id)).body.state).toBe('processing');
      const { incomingName } = await row(behind);
      expect(get.mock.calls.map(([name]) => name)).not.toContain(incomingName);
      kill();
      expect(await outcome(hung)).toMatchObject({ state: 'rejected', reason: 'too_slow' });
      expect((await outcome(behind)).state).toBe('ready');
    } finally {
      kill();
      make.mockRestore();
      get.mockRestore();
    }
  });

  it('a HEIC that was announced as a JPEG is ready, by the queue of HEIF', async () => {
    const add = jest.spyOn(flits.platform.queue, 'add');
    try {
      const id = await anna.put(heicCard());
      await complete(id);
      expect((await outcome(id)).state).toBe('ready');
      const added = add.mock.calls.filter(([, payload]) => 'uploadId' in payload && payload.uploadId === id);
      expect(added.map(([name]) => name)).toEqual(['photo.process', 'heif.process']);
    } finally {
      add.mockRestore();
    }
  });

  it('a file encrypted under another key than the one announced is bad_encryption', async () => {
    const blob = encryptBlob(randomBytes(16), await card().jpeg().toBuffer());
    const { body: ticket } = await create(announce(blob));
    await put(ticket, blob);
    await complete(ticket.id);
    expect((await outcome(ticket.id)).reason).toBe('bad_encryption');
  });

  it('R1: strangers, nobodies and malformed ids are the same 404', async () => {
    const { body: mine } = await create(announce(Buffer.alloc(100)));
    const nobodys = `${mine.id.slice(0, -12)}${randomBytes(6).toString('hex')}`;
    const bodies = await Promise.all(
      [view(mine.id, ben), view(nobodys), view(randomUUID()), view('x'), ben.request<View>('POST', `/v1/uploads/${mine.id}/complete`)].map(
        async (asked) => {
          const { status, body } = await asked;
          return { status, ...body, instance: undefined, request_id: undefined };
        },
      ),
    );
    for (const body of bodies.slice(1, 3)) expect(body).toEqual(bodies[0]);
    expect(bodies.map(({ status, code }) => [status, code])).toEqual(Array(5).fill([404, 'not_found']));
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ['more than 10 MB', { bytes: MAX_BYTES.photo + 3000 }, 413, 'too_large'],
    ['too few bytes for a blob', { bytes: 38 }, 415, 'bad_encryption'],
    ['a key without encryption', { encryption: 'none' }, 415, 'bad_encryption'],
    ['an encryption that is still to come', { encryption: 'sealed' }, 415, 'bad_encryption'],
    ['another kind', { kind: 'film' }, 422, 'validation_failed'],
    ['half a byte', { bytes: 100.5 }, 422, 'validation_failed'],
    ['a path for a content type', { content_type: '../../etc' }, 422, 'validation_failed'],
    ['a name', { file_name: 'x.jpg' }, 422, 'validation_failed'],
  ])('an announcement of %s is refused and keeps nothing', async (_, over, status, code) => {
    const count = async () => (await flits.query<{ n: string }>('SELECT count(*) AS n FROM mortal.uploads'))[0]!.n;
    const before = await count();
    const answer = await create(announce(Buffer.alloc(500), over));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await count()).toBe(before);
  });
});
