import { conforming, described, made, pictures, tone } from '../support/av-files.js';
import { TestFlits } from '../support/flits.js';
import { Person, type InboxItem } from '../support/person.js';

/** The way of a clip and of a voice note, from one phone to another. */
describe('clips and voice notes', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());

  const arrived = async (snapId: string): Promise<InboxItem | undefined> => (await ben.inbox()).find(({ snap_id }) => snap_id === snapId);

  it('the server says that it takes them', async () => {
    const { capabilities } = (await (await fetch(`${flits.url}/v1/server`)).json()) as { capabilities: string[] };
    expect(capabilities).toEqual(expect.arrayContaining(['photo', 'clip', 'voice']));
  });

  it('a clip: sent at once, delivered when it is ready, opened once, and what plays is an MP4 of its length', async () => {
    const uploadId = await anna.putAs('clip', 'video/mp4', await conforming());
    const sent = await anna.send({ upload_id: uploadId, view: { loop: true } }, [ben]);
    expect(sent.status).toBe(201);
    const event = await ben.nextEvent('snap.received');
    expect(event.data).toMatchObject({ snap_id: sent.body.id, kind: 'clip', width: 320, height: 240 });
    const item = await arrived(sent.body.id);
    expect(item).toMatchObject({ kind: 'clip', view: { mode: 'once', loop: true }, media: { content_type: 'video/mp4' } });
    expect((item as unknown as { duration_seconds: number }).duration_seconds).toBeCloseTo(1, 0);
    const opened = await ben.open(sent.body.id);
    const clip = await ben.view(opened.body);
    const { format, streams } = await described(clip);
    expect(Number(format.duration)).toBeCloseTo(1, 0);
    expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
    expect((await ben.open(sent.body.id)).status).toBe(410);
  });

  it('a voice note may be heard until its deadline', async () => {
    const uploadId = await anna.putAs('voice', 'audio/webm', await made('webm', [...tone(2), '-c:a', 'libopus']));
    expect(await anna.processed(uploadId)).toMatchObject({ state: 'ready', kind: 'voice' });
    const { body } = await anna.send({ upload_id: uploadId }, [ben]);
    for (const time of ['first', 'again']) {
      const opened = await ben.open(body.id);
      expect([time, opened.status]).toEqual([time, 200]);
      expect((await described(await ben.view(opened.body))).streams.map(({ codec_name }) => codec_name)).toEqual(['aac']);
    }
  });

  it.each([
    ['clip', 'video/mp4', Buffer.from('#EXTM3U\nhttp://127.0.0.1:9/x.ts\n'), 'unsupported_media', /MP4, MOV or WebM/],
    ['voice', 'audio/mpeg', Buffer.from('no sound'), 'unsupported_media', /Voice/],
  ] as const)('a %s that is none: its owner hears why in words, and its snap fails', async (kind, type, file, reason, words) => {
    const head = (await anna.request<{ next_after: number }>('GET', '/v1/events?after=0')).body.next_after;
    const uploadId = await anna.putAs(kind, type, file);
    const sent = await anna.send({ upload_id: uploadId }, [ben]);
    expect(sent.status).toBe(201);
    const rejected = await anna.nextEvent('upload.rejected', head);
    expect(rejected.data).toMatchObject({ upload_id: uploadId, reason });
    expect((await anna.nextEvent('snap.failed', head)).data).toMatchObject({ snap_id: sent.body.id });
    const { body } = await anna.request<{ state: string; reason: string; detail: string }>('GET', `/v1/uploads/${uploadId}`);
    expect(body).toMatchObject({ state: 'rejected', reason });
    expect(body.detail).toMatch(words);
    expect(await arrived(sent.body.id)).toBeUndefined();
  });

  it('a clip too long is refused in words', async () => {
    const uploadId = await anna.putAs('clip', 'video/mp4', await made('mp4', [...pictures('64x64', 62, 2), '-c:v', 'mpeg4']));
    expect(await anna.processed(uploadId)).toMatchObject({
      state: 'rejected',
      reason: 'too_long',
      detail: 'The recording is too long: at most 60 seconds. Send a shorter one.',
    });
  });

  it.each([
    ['clip', 120_000_000],
    ['voice', 2_000_000],
    ['photo', 10_000_000],
  ])('a %s of more than %i bytes gets no ticket', async (kind, bytes) => {
    const ticket = (length: number) =>
      anna.request('POST', '/v1/uploads', {
        key: `${kind}-${length}`,
        body: { kind, content_type: 'video/mp4', bytes: length, sha256: '0'.repeat(64), encryption: 'none' },
      });
    expect(await ticket(bytes + 1)).toMatchObject({ status: 413, body: { code: 'too_large' } });
    expect((await ticket(bytes)).status).toBe(201);
  });
});
