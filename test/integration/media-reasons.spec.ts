import { rejections, type RejectionReason } from '../../src/features/media/index.js';
import { MediaRejected } from '../../src/features/media/media-rejected.js';
import { PhotoDecoders } from '../../src/features/media/pipeline/photo-decoders.js';
import { UploadProcessor } from '../../src/features/media/upload-processor.js';
import { made, pictures } from '../support/av-files.js';
import { TestFlits } from '../support/flits.js';
import { card, noise, pngClaiming } from '../support/images.js';
import { Person } from '../support/person.js';
import { SocketClient } from '../support/socket-client.js';

interface Way {
  readonly kind?: 'photo' | 'clip';
  readonly file?: () => Promise<Buffer> | Buffer;
  readonly fate?: (id: string) => Promise<void> | void;
}

/** What a phone hears of an upload, by GET and over the socket: each state, each reason. Jobs are run by hand. */
describe('what becomes of an upload', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let phone: SocketClient;
  let processor: UploadProcessor;

  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
    processor = flits.flits.app.get(UploadProcessor, { strict: false });
    [anna, ben] = await Person.friends(flits.url);
    phone = await SocketClient.identified(flits.url, anna.session.access_token, 0);
  });
  afterAll(async () => {
    await phone.close();
    await flits.stop();
  });
  afterEach(() => jest.restoreAllMocks());

  const view = async (id: string) => (await anna.request('GET', `/v1/uploads/${id}`)).body;
  const heard = (type: string, field: string, id: string) =>
    phone.event(type as 'upload.ready', ({ data }) => (data as unknown as Record<string, unknown>)[field] === id);
  const photo = (): Promise<Buffer> => card().jpeg().toBuffer();

  it('pending, processing, ready', async () => {
    const id = await anna.put(await photo());
    expect(await view(id)).toEqual({ id, state: 'pending', kind: 'photo' });
    await anna.request('POST', `/v1/uploads/${id}/complete`);
    expect(await view(id)).toEqual({ id, state: 'processing', kind: 'photo' });
    await processor.process(id, 'photo.process');
    const ready = { state: 'ready', kind: 'photo', width: 120, height: 80 };
    expect(await view(id)).toEqual({ id, ...ready });
    expect((await heard('upload.ready', 'upload_id', id)).data).toEqual({ upload_id: id, ...ready });
  });

  /** How a file, or a file's fate, comes to each reason; a photo unless it says otherwise. */
  const ways: Record<RejectionReason, Way> = {
    unsupported_media: { file: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>') },
    too_many_pixels: { file: () => pngClaiming(12_001, 12) },
    too_long: { kind: 'clip', file: () => made('mp4', [...pictures('64x64', 62, 1), '-c:v', 'mpeg4']) },
    too_many_frames: { kind: 'clip', file: () => made('mp4', [...pictures('64x64', 0.1, 1000), '-c:v', 'mpeg4']) },
    too_many_tracks: {
      kind: 'clip',
      file: () => made('mp4', [...pictures('64x64', 0.2), ...Array.from({ length: 13 }, () => ['-map', '0:v']).flat(), '-c:v', 'mpeg4']),
    },
    hdr_not_taken: {
      fate: () =>
        void jest
          .spyOn(flits.flits.app.get(PhotoDecoders, { strict: false }), 'make')
          .mockRejectedValueOnce(new MediaRejected('hdr_not_taken')),
    },
    damaged: { file: async () => (await noise(300, 200).jpeg().toBuffer()).subarray(0, 9000) },
    bad_encryption: {
      fate: async (id) => void (await flits.query('UPDATE mortal.uploads SET client_key = content_key WHERE id = $1', [id])),
    },
    hash_mismatch: {
      fate: async (id) => void (await flits.query('UPDATE mortal.uploads SET incoming_sha256 = repeat($2, 64) WHERE id = $1', [id, '0'])),
    },
    poison: {
      fate: async (id) => void (await flits.query('UPDATE mortal.uploads SET decode_started_at = flits_now() WHERE id = $1', [id])),
    },
    too_slow: {
      fate: () =>
        void jest.spyOn(flits.flits.app.get(PhotoDecoders, { strict: false }), 'make').mockRejectedValueOnce(new MediaRejected('too_slow')),
    },
  };

  it.each(Object.keys(ways) as RejectionReason[])('R19: %s: in words, by GET and over the socket, and its snap fails', async (reason) => {
    const { kind = 'photo', file = photo, fate } = ways[reason];
    const id = await anna.putAs(kind, kind === 'photo' ? 'image/jpeg' : 'video/mp4', await file());
    const snap = await anna.send({ upload_id: id, caption: 'waits' }, [ben]);
    expect(snap.status).toBe(201);
    await fate?.(id);
    await processor.process(id, `${kind}.process`);
    const rejected = { state: 'rejected', kind, reason, detail: rejections[reason] };
    expect(await view(id)).toEqual({ id, ...rejected });
    expect((await heard('upload.rejected', 'upload_id', id)).data).toEqual({ upload_id: id, ...rejected });
    expect((await heard('snap.failed', 'snap_id', snap.body.id)).data).toMatchObject({ snap_id: snap.body.id });
    expect(await ben.inbox()).toEqual([]);
    // Once is for good: another job changes nothing.
    await processor.process(id, `${kind}.process`);
    expect(await view(id)).toEqual({ id, ...rejected });
    expect(rejections[reason]).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('R24: the API takes no file name, whatever it would be, and a content type is no place for one', async () => {
    const naughty = [
      '../../../etc/passwd',
      '..\\..\\windows\\system.ini',
      '$(touch /tmp/canary)',
      '`id`',
      '; rm -rf / #.jpg',
      '| nc 127.0.0.1 1 |.jpg',
      'a\r\nx-injected: 1.jpg',
      'nul\u0000byte.jpg',
      "'; DROP TABLE people; --.jpg",
      '<img src=x onerror=alert(1)>.jpg',
      '%2e%2e%2f%00.jpg',
      '-oProxyCommand=id.jpg',
      'CON',
      '\u202egpj.exe',
      '\ufeff.jpg',
      'x'.repeat(5000),
      '__proto__',
      'https://127.0.0.1:1/x.jpg',
    ];
    const body = { kind: 'photo', content_type: 'image/jpeg', bytes: 100, sha256: '0'.repeat(64), encryption: 'none' };
    for (const name of naughty) {
      for (const over of [{ file_name: name }, { filename: name }, { name }, { content_type: name }, { kind: name }, { key: name }]) {
        const answer = await anna.request('POST', '/v1/uploads', { key: 'naughty', body: { ...body, ...over } });
        expect([415, 422]).toContain(answer.status);
        expect(JSON.stringify(answer.body)).not.toContain(name.slice(0, 200));
      }
    }
    for (const name of await flits.objectNames()) expect(name).toMatch(/^[0-9a-f]{2}\/\d+\/(incoming\/)?[0-9a-f]{32}$/);
  });
});
