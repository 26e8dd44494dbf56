import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import pino from 'pino';
import sharp from 'sharp';
import { Flits } from '../../src/app/flits.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { decryptBlob, unsealKey } from '../../src/platform/crypto/index.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { aac, h264, made, tone } from '../support/av-files.js';
import { piecesOf, searchDisk } from '../support/disk-search.js';
import { freePort } from '../support/free-port.js';
import { TestFlits } from '../support/flits.js';
import { OwnRedis } from '../support/own-redis.js';
import { Person } from '../support/person.js';

const mark = () => `kanarie-${randomBytes(12).toString('hex')}`;
const words = { text: mark(), caption: mark(), alt: mark() };

/** Noise: no two files of it share a run of bytes, and a JPEG of it is large enough to be cut anywhere. */
const noise = () =>
  sharp(randomBytes(300 * 200 * 3), { raw: { width: 300, height: 200, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

/** The same as a clip, of a second. */
const noisyClip = () =>
  made('mp4', ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', '160x120', '-r', '15', '-i', 'noise', ...tone(), ...h264, ...aac], {
    noise: randomBytes((160 * 120 * 3 * 15) / 2),
  });

/** A suite has a copy of the environment; its libraries and their children have the process's own. */
const { env } = runInThisContext('process') as NodeJS.Process;

/** What somebody carries away from database and store while everything lives; vault and master key are not in it. */
interface Copy {
  readonly snaps: { id: string; words: Buffer | null; words_key: Buffer | null }[];
  readonly uploads: { id: string; content_key: Buffer; object_name: string }[];
  readonly objects: ReadonlyMap<string, Buffer>;
}

/** On an embedded PostgreSQL of its own: every byte that is written lies below one folder, with WAL, temporary files and clips in work. */
describe('a canary in a photo, a clip, a caption and a text, through a whole life', () => {
  let folder: string;
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let plain: Map<string, Buffer>;
  let redis: OwnRedis | undefined;
  const tempFolder = env.TMPDIR;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flits-canary-'));
    await chmod(folder, 0o711);
    env.TMPDIR = join(folder, 'temp');
    await mkdir(env.TMPDIR);
    await chmod(env.TMPDIR, 0o1777);
    const environment = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'trace',
      PORT: String(await freePort()),
      ADMIN_PORT: String(await freePort()),
      FLITS_DATA: join(folder, 'data'),
      FLITS_VAULT: join(folder, 'vault'),
      CLIP_FOLDER: join(folder, 'clips'), // in production in memory; a disk shows what is left there
      SNAP_TTL_SECONDS: '43200',
      BUCKET_SECONDS: '3600',
      DISK_RESERVE_BYTES: '0',
      MIN_AGE: '0',
    };
    // Redis, where there is one, writes down everything it is ever told, below the same folder.
    if (process.env.TEST_REDIS_URL) {
      await mkdir(join(folder, 'redis'));
      redis = await OwnRedis.start(join(folder, 'redis'));
      Object.assign(environment, { REDIS_URL: redis.url });
    }
    const log = createLogger({ level: 'trace', destination: pino.destination({ dest: join(folder, 'log'), sync: true }) });
    const running = await Flits.start(loadConfig(environment), { log, limitScale: 1000 });
    const ownerUrl = running.config.DATABASE_OWNER_URL!;
    const database = { ownerUrl, appUrl: running.config.DATABASE_URL!, drop: () => Promise.resolve() };
    flits = TestFlits.around(running, { database, folder, environment });
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(async () => {
    await flits.flits.stop();
    await redis?.stop();
    if (tempFolder === undefined) delete env.TMPDIR;
    else env.TMPDIR = tempFolder;
    await rm(folder, { recursive: true, force: true });
  });

  /** What is committed is in the WAL, also where no page of it was written out yet. */
  const look = () => searchDisk(folder, plain);

  async function copyEverything(): Promise<Copy> {
    const objects = new Map<string, Buffer>();
    for (const name of await flits.objectNames()) objects.set(name, (await flits.platform.store.get(name, { maxBytes: 1e8 }))!);
    return {
      snaps: await flits.query('SELECT id, words, words_key FROM mortal.snaps'),
      uploads: await flits.query('SELECT id, content_key, object_name FROM mortal.uploads WHERE content_key IS NOT NULL'),
      objects,
    };
  }

  /** Everything in the copy that any of these keys opens. */
  function openWith(copy: Copy, keys: readonly Buffer[]): string[] {
    const opened: string[] = [];
    const attempt = (id: string, wrapped: Buffer, sealed: Buffer) => {
      for (const key of keys) {
        try {
          opened.push(decryptBlob(unsealKey(key, wrapped, id), sealed).toString('latin1'));
        } catch {
          // This key is not it.
        }
      }
    };
    for (const { id, words, words_key } of copy.snaps) if (words && words_key) attempt(id, words_key, words);
    for (const { id, content_key, object_name } of copy.uploads) attempt(id, content_key, copy.objects.get(object_name)!);
    return opened;
  }

  /** Every hour key that the vault still has, and the master key as it is and as it wraps. */
  async function keysHeld(): Promise<Buffer[]> {
    const { vault, masterKeys } = flits.platform;
    const hourKeys = await Promise.all((await vault.labels()).map((label) => vault.read(label)));
    return [...hourKeys.filter((key) => key !== undefined), masterKeys.vaultKey()];
  }

  it('R25: is found on no disk at any time; R26: a copy taken while it lived tells nothing once its hour is over', async () => {
    const [original, clip] = [await noise(), await noisyClip()];
    plain = new Map([
      ...piecesOf('original', original),
      ...piecesOf('clip', clip),
      ...Object.entries(words).map(([name, text]) => [name, Buffer.from(text)] as const),
    ]);

    const uploadId = await anna.put(original);
    expect(await look()).toEqual([]);
    await anna.request('POST', `/v1/uploads/${uploadId}/complete`);
    const photo = await anna.send({ upload_id: uploadId, caption: words.caption, alt: words.alt, view: { mode: 'until_expiry' } }, [ben]);
    expect(photo.status).toBe(201);
    await ben.nextEvent('snap.received');
    const note = await anna.sendText(words.text, [ben]);
    const opened = await ben.open(photo.body.id);
    const seen = await ben.view(opened.body);
    expect([opened.body.caption, (await ben.open(note.id)).body.text]).toEqual([words.caption, words.text]);
    const clipId = await anna.putAs('clip', 'video/mp4', clip);
    expect(await anna.processed(clipId)).toMatchObject({ state: 'ready' });
    const film = await ben.view((await ben.open((await anna.send({ upload_id: clipId }, [ben])).body.id)).body);
    for (const [name, piece] of [...piecesOf('processed', seen), ...piecesOf('processed clip', film)]) plain.set(name, piece);
    expect(await look()).toEqual([]);

    const copy = await copyEverything();
    expect([copy.snaps.length, copy.uploads.length, copy.objects.size > 0]).toEqual([3, 2, true]);
    // While it lives the vault opens the copy: the search below tries what would work.
    const alive = openWith(copy, await keysHeld()).join();
    for (const what of [words.text, words.caption, seen.toString('latin1'), film.toString('latin1')])
      expect(alive.includes(what)).toBe(true);

    await flits.shiftClock(13 * 3600);
    await flits.sweep();
    expect(await flits.objectNames()).toEqual([]);
    expect(openWith(copy, await keysHeld())).toEqual([]);
    expect((await keysHeld()).length).toBeGreaterThan(2);
    expect(await look()).toEqual([]);
  });

  it('the search finds what is there', async () => {
    const known = new Map([['handle', Buffer.from(anna.handle)]]);
    expect((await searchDisk(folder, known)).length).toBeGreaterThan(0);
  });
});
