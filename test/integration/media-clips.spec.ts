import fc from 'fast-check';
import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMade } from '../../src/features/media/pipeline/av/read-made.js';
import { aac, conforming, described, firstPicture, h264, made, pictures, tone } from '../support/av-files.js';
import { refusal, Workshop } from '../support/av-workshop.js';
import { hasPerl, tagsOf, written } from '../support/exiftool.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

describe('clips and voice', () => {
  let workshop: Workshop;
  let clip: Buffer;

  beforeAll(async () => {
    workshop = await Workshop.open();
    clip = await conforming();
  });
  // Whatever became of a file: nothing of it is left lying about.
  afterEach(async () => expect(await workshop.folders()).toEqual([]));

  describe('what comes out', () => {
    it('a clip that conforms is copied, and plays from its first bytes', async () => {
      const out = await workshop.clip(clip);
      expect(out.plan.kind).toBe('remux');
      expect(out).toMatchObject({ contentType: 'video/mp4', width: 320, height: 240 });
      expect(out.durationMs).toBeGreaterThan(950);
      expect(out.durationMs).toBeLessThan(1100);
      expect(out.thumbhash?.length).toBeGreaterThan(10);
      expect(out.bytes.indexOf('moov')).toBeLessThan(out.bytes.indexOf('mdat'));
    });

    it.each([
      ['MOV with HEVC', 'mov', ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-tag:v', 'hvc1', ...aac]],
      ['WebM with VP8 and Opus', 'webm', ['-c:v', 'libvpx', '-c:a', 'libopus']],
      ['WebM with VP9', 'webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-c:a', 'libopus']],
    ])('%s becomes H.264 and AAC in MP4', async (_, ending, codecs) => {
      const out = await workshop.clip(await made(ending, [...pictures(), ...tone(), ...codecs]));
      const { format, streams } = await described(out.bytes);
      expect(format.format_name).toContain('mp4');
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
      expect(streams[0]).toMatchObject({ pix_fmt: 'yuv420p', width: 320, height: 240 });
    });

    it('a recording that begins long after 0 is as long as it is', async () => {
      const late = await made('webm', [...pictures(), ...tone(), '-c:v', 'libvpx', '-c:a', 'libopus', '-output_ts_offset', '500']);
      expect((await workshop.clip(late)).durationMs).toBeLessThan(1200);
    });

    it('1080p comes out at 720p, within 20 MB', async () => {
      const out = await workshop.clip(await made('mp4', [...pictures('1920x1080'), ...h264]));
      expect(out).toMatchObject({ width: 1280, height: 720 });
      expect(out.bytes.length).toBeLessThan(20_000_000);
    });

    it.each([90, 180, 270])('turned by %i in its header: it stands upright without one', async (turn) => {
      // Red above, blue below, as it should be seen; stored turned, with the header that turns it back.
      const upright = ['-f', 'lavfi', '-i', 'color=red:s=160x60:d=0.5', '-f', 'lavfi', '-i', 'color=blue:s=160x60:d=0.5'];
      const stored = { 90: 'transpose=2', 180: 'hflip,vflip', 270: 'transpose=1' }[turn];
      const raw = await made('mp4', [...upright, '-filter_complex', `vstack,${stored}`, ...h264]);
      const out = await workshop.clip(withRotation(raw, turn as 90 | 180 | 270));
      expect(out).toMatchObject({ width: 160, height: 120 });
      expect((await described(out.bytes)).streams[0]?.side_data_list).toBeUndefined();
      const picture = await firstPicture(out.bytes, 4, 4);
      const [top, bottom] = [picture.subarray(0, 3), picture.subarray(4 * 4 * 3 - 3)];
      expect(top[0]).toBeGreaterThan(150);
      expect(top[2]).toBeLessThan(100);
      expect(bottom[2]).toBeGreaterThan(150);
      expect(bottom[0]).toBeLessThan(100);
    });

    it('HLG, as iPhones record it, is tone-mapped to SDR', async () => {
      const hlg = ['-x265-params', 'log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc', '-pix_fmt', 'yuv420p10le'];
      const out = await workshop.clip(await made('mov', [...pictures('320x240', 0.5), '-c:v', 'libx265', ...hlg]));
      expect(out.plan).toMatchObject({ kind: 'transcode', isHdr: true });
      const [video] = (await described(out.bytes)).streams;
      expect(video).toMatchObject({ pix_fmt: 'yuv420p', color_transfer: 'bt709' });
    });

    it.each([
      ['webm', ['-c:a', 'libopus']],
      ['ogg', ['-c:a', 'libopus']],
      ['m4a', ['-c:a', 'aac']],
    ])('a voice note in %s becomes AAC in MP4', async (ending, codec) => {
      const out = await workshop.voice(await made(ending, [...tone(2), ...codec]));
      expect(out).toMatchObject({ contentType: 'audio/mp4' });
      expect(out.durationMs).toBeGreaterThan(1900);
      expect(out.durationMs).toBeLessThan(2200);
      const { format, streams } = await described(out.bytes);
      expect(format.format_name).toContain('mp4');
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['aac']);
    });
  });

  // Named in an index so that both ways of making a clip are looked at: copied, and transcoded.
  describe.each([
    ['copied', ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'], 'remux'],
    ['transcoded', ['-c:v', 'mpeg4'], 'transcode'],
  ])('R15: nothing but pictures and sound crosses over when %s', (_, codec, kind) => {
    const words = [
      '+52.0116',
      'Hamburg Camera Works',
      'Flash 3',
      'Ada Lovelace',
      'secret chapter',
      'secret subtitle',
      'secret comment',
      '2026-11-20',
    ];
    const tags = [
      ...[
        'location=+52.0116+004.3571/',
        'com.apple.quicktime.location.ISO6709=+52.0116+004.3571/',
        'make=Hamburg Camera Works',
        'model=Flash 3',
      ],
      ...['artist=Ada Lovelace', 'comment=secret comment', 'creation_time=2026-11-20T10:11:12Z', 'title=secret comment'],
    ].flatMap((tag) => ['-metadata', tag]);
    const chapters = ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=secret chapter\n';
    const subtitles = '1\n00:00:00,000 --> 00:00:00,900\nsecret subtitle\n';
    let traced: Buffer;
    let out: Buffer;

    beforeAll(async () => {
      const inputs = [...pictures(), ...tone(), '-i', 'chapters.txt', '-i', 'words.srt'];
      const maps = ['-map', '0:v', '-map', '1:a', '-map', '3:s', '-map_metadata', '2', '-map_chapters', '2', '-timecode', '01:00:00:00'];
      const tracks = [
        '-metadata:s:v',
        'handler_name=Hamburg Camera Works',
        '-metadata:s:a',
        'title=Ada Lovelace',
        '-movflags',
        'use_metadata_tags',
      ];
      traced = await made('mov', [...inputs, ...maps, ...codec, ...aac, '-c:s', 'mov_text', ...tags, ...tracks], {
        'chapters.txt': chapters,
        'words.srt': subtitles,
      });
      const made_ = await workshop.clip(traced);
      expect(made_.plan.kind).toBe(kind);
      out = made_.bytes;
    });

    it('the file that was sent told all of it', async () => {
      const { streams, chapters: found } = await described(traced);
      expect(streams.map(({ codec_type }) => codec_type)).toEqual(expect.arrayContaining(['subtitle', 'data']));
      expect(found).toHaveLength(1);
      expect(words.filter((word) => !tellsOf(traced, word))).toEqual([]);
    });

    it('ffprobe finds two tracks, no chapter and no tag', async () => {
      const { streams, chapters: found, format } = await described(out);
      expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
      expect(found).toEqual([]);
      expect(
        Object.keys(format.tags ?? {}).filter((name) => !['major_brand', 'minor_version', 'compatible_brands'].includes(name)),
      ).toEqual([]);
      const told = streams
        .flatMap(({ tags: found = {} }) => Object.entries(found))
        .filter(([name]) => !['language', 'vendor_id', 'encoder'].includes(name));
      expect(told.filter(([name, value]) => name !== 'handler_name' || /Hamburg/.test(value))).toEqual([]);
    });

    (hasPerl ? it : it.skip)('exiftool finds no place, maker, name or date, and no byte of them is there', () => {
      const { before, after } = tagsOf({ before: traced, after: out });
      const telling = /GPS|Location|:Make$|:Model$|Artist|Comment|Title|Author|TimeCode|Chapter/i;
      expect(Object.keys(before).filter((tag) => telling.test(tag)).length).toBeGreaterThan(3);
      expect(Object.keys(after).filter((tag) => telling.test(tag))).toEqual([]);
      const dates = Object.entries(after).filter(([tag]) => /(Create|Modify)Date$/.test(tag) && !tag.startsWith('System:'));
      expect(dates.filter(([, value]) => !/^0000/.test(String(value)))).toEqual([]);
      expect(words.filter((word) => tellsOf(out, word))).toEqual([]);
    });
  });

  (hasPerl ? it : it.skip)('R15: GPS that exiftool wrote into an MP4 is gone', async () => {
    const { 'clip.mp4': traced } = written({ 'clip.mp4': clip }, [
      '-Keys:GPSCoordinates=52.0116, 4.3571, 3',
      '-Keys:Make=Hamburg',
      '-XMP:Creator=Ada Lovelace',
    ]);
    expect(tellsOf(traced, 'Ada Lovelace')).toBe(true);
    const out = await workshop.clip(traced);
    const { after } = tagsOf({ after: out.bytes });
    expect(Object.keys(after).filter((tag) => /GPS|Make|Creator|XMP/.test(tag))).toEqual([]);
    expect(tellsOf(out.bytes, 'Ada Lovelace')).toBe(false);
  });

  it('R21: what hangs behind a clip is gone', async () => {
    const polyglot = Buffer.concat([clip, Buffer.from('<html><script>alert("polyglot")</script></html>')]);
    const out = await workshop.clip(polyglot);
    expect(tellsOf(out.bytes, 'polyglot')).toBe(false);
  });

  it('notes beside the pictures (SEI), where encoders and cameras sign, are gone', async () => {
    expect(tellsOf(clip, 'x264 - core')).toBe(true);
    expect(tellsOf((await workshop.clip(clip)).bytes, 'x264')).toBe(false);
  });

  it('nor do units of H.264 that the standard leaves to anybody, or filler', async () => {
    const noted = await made(
      'mp4',
      ['-i', 'clip.mp4', '-c', 'copy', '-bsf:v', 'h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+secret'],
      {
        'clip.mp4': clip,
      },
    );
    // Type 30 (unspecified) in place of type 6: the same bytes under a name that nobody knows.
    const at = noted.indexOf('secret');
    const unit = noted.lastIndexOf(6, at);
    noted[unit] = 30;
    const out = await workshop.clip(noted);
    expect(out.plan.kind).toBe('remux');
    expect(tellsOf(noted, 'secret')).toBe(true);
    expect(tellsOf(out.bytes, 'secret')).toBe(false);
  });

  describe('files from people who mean harm', () => {
    it.each([
      ['zero bytes', () => Buffer.alloc(0), 'unsupported_media'],
      ['a page', () => Buffer.from('<html><body>no clip</body></html>'), 'unsupported_media'],
      [
        'a GIF',
        () =>
          Buffer.from(
            'GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;',
            'latin1',
          ),
        'unsupported_media',
      ],
      ['a clip that was cut short', () => clip.subarray(0, 3000), 'damaged'],
    ])('%s', async (_, file, reason) => {
      expect(await refusal(workshop.clip(file()))).toBe(reason);
    });

    it('a clip is no voice note, a voice note is no clip', async () => {
      expect(await refusal(workshop.voice(clip))).toBe('unsupported_media');
      expect(await refusal(workshop.clip(await made('m4a', [...tone(), ...aac])))).toBe('unsupported_media');
    });

    it('R17: a header that claims 100,000 s, or a second for what takes an hour, is not believed', async () => {
      const slow = await made('mp4', [...pictures('64x64', 2, 1), ...h264, '-vf', 'setpts=PTS*50000', '-vsync', 'vfr']);
      expect(slow.length).toBeLessThan(10_000);
      expect(await refusal(workshop.clip(slow))).toBe('too_long');
    });

    it('R17: too long, too large, too many tracks, too many pictures', async () => {
      expect(await refusal(workshop.clip(await made('mp4', [...pictures('64x64', 62, 2), ...h264])))).toBe('too_long');
      expect(await refusal(workshop.voice(await made('ogg', [...tone(62), '-c:a', 'libopus', '-b:a', '8k'])))).toBe('too_long');
      expect(await refusal(workshop.clip(await made('mp4', [...pictures('8192x8192', 0.1, 10), ...h264])))).toBe('too_many_pixels');
      const tracks = Array.from({ length: 40 }, () => ['-map', '0:v']).flat();
      expect(await refusal(workshop.clip(await made('mp4', [...pictures('64x64', 0.2), ...tracks, ...h264])))).toBe('too_many_tracks');
      const rapid = await made('mp4', [...pictures('64x64', 8, 1000), '-c:v', 'mpeg4', '-q:v', '31', '-g', '1000']);
      expect(await refusal(workshop.clip(rapid))).toBe('too_many_frames');
    });

    it.each(['avi', 'flv', 'mpegts'])('R11 R18: %s, which ffmpeg would read, is on no list', async (format) => {
      const file = await made(format, [...pictures('64x64', 0.3), ...tone(0.3), ...h264, ...aac, '-f', format]);
      expect(await refusal(workshop.clip(file))).toBe('unsupported_media');
      expect(await refusal(workshop.voice(file))).toBe('unsupported_media');
    });

    describe('R18: playlists that name other files and servers', () => {
      let canary: Server;
      let folder: string;
      let port: number;
      const asked: string[] = [];

      beforeAll(async () => {
        port = await freePort();
        canary = createServer((request, response) => {
          asked.push(request.url ?? '');
          response.end(clip);
        });
        await new Promise<void>((resolve) => canary.listen(port, '127.0.0.1', resolve));
        folder = await mkdtemp(join(tmpdir(), 'flits-canary-'));
        await writeFile(join(folder, 'canary.mp4'), clip);
      });
      afterAll(async () => {
        canary.close();
        await rm(folder, { recursive: true, force: true });
      });

      const playlists: [string, (to: string) => string][] = [
        ['HLS', (to) => `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${to}\n#EXT-X-ENDLIST\n`],
        [
          'DASH',
          (to) =>
            `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${to}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
        ],
        ['ffconcat', (to) => `ffconcat version 1.0\nfile '${to}'\n`],
        [
          'SDP',
          (to) =>
            `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${/:(\d+)/.exec(to)?.[1] ?? '9'} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
        ],
      ];

      it.each(playlists)('%s named .mp4 fetches nothing and reads nothing', async (_, text) => {
        for (const to of [`http://127.0.0.1:${port}/canary.mp4`, `file://${folder}/canary.mp4`, `${folder}/canary.mp4`]) {
          expect(await refusal(workshop.clip(Buffer.from(text(to))))).toBe('unsupported_media');
          expect(await refusal(workshop.voice(Buffer.from(text(to))))).toBe('unsupported_media');
        }
        expect(asked).toEqual([]);
      });

      it('an MP4 whose data lies in another file (dref) does not bring that file in', async () => {
        const url = Buffer.from(`http://127.0.0.1:${port}/x\0`);
        const entry = Buffer.concat([Buffer.from([0, 0, 0, 12 + url.length]), Buffer.from('url '), Buffer.alloc(4), url]);
        const at = clip.indexOf('url ') - 4;
        const redirected = Buffer.concat([clip.subarray(0, at), entry, clip.subarray(at + 12)]);
        await refusal(workshop.clip(redirected));
        expect(asked).toEqual([]);
      });
    });

    it('R19: bytes flipped anywhere: refused or taken, never a crash, a hang or a thing left behind', async () => {
      const files = [
        clip,
        await made('webm', [...pictures('64x64', 0.3), '-c:v', 'libvpx']),
        await made('ogg', [...tone(0.5), '-c:a', 'libopus']),
      ];
      const flips = fc.record({
        file: fc.nat({ max: files.length - 1 }),
        at: fc.array(fc.double({ min: 0, max: 0.9999, noNaN: true }), { minLength: 1, maxLength: 12 }),
        value: fc.nat({ max: 255 }),
      });
      await fc.assert(
        fc.asyncProperty(flips, async ({ file, at, value }) => {
          const bytes = Buffer.from(files[file] ?? clip);
          // Headers are where a parser can be led astray: half of the flips go there.
          at.forEach((share, n) => (bytes[Math.floor(share * (n % 2 === 0 ? bytes.length : Math.min(bytes.length, 2000)))] = value));
          const outcome = await refusal(file === 2 ? workshop.voice(bytes) : workshop.clip(bytes));
          expect([
            'taken',
            'damaged',
            'unsupported_media',
            'too_long',
            'too_many_frames',
            'too_many_pixels',
            'poison',
            'too_many_tracks',
          ]).toContain(outcome);
          expect(await workshop.folders()).toEqual([]);
        }),
        { numRuns: process.env.TEST_SERVICES ? 150 : 12 },
      );
    });
  });

  it('R25: what a killed worker left in its folder goes when the next one starts', async () => {
    const root = await mkdtemp(join(tmpdir(), 'flits-shm-'));
    // No process has this id: Linux counts to 4,194,304. And one of ours from before a restart, which began with the same id.
    for (const left of ['flits-av-4194999-17-0123456789abcdef', `flits-av-${process.pid}-17-0123456789abcdef`]) {
      await mkdir(join(root, left));
      await writeFile(join(root, left, 'in'), 'plaintext');
    }
    await mkdir(join(root, 'flits-av-unrelated'));
    await Workshop.open({ CLIP_FOLDER: root });
    expect(await readdir(root)).toEqual(['flits-av-unrelated']);
    await rm(root, { recursive: true });
  });

  it('R61: production refuses an ffmpeg that nobody looks after any more', async () => {
    const [folder, environment] = await pretending('4.1');
    await expect(Workshop.open(environment)).resolves.toBeDefined();
    await expect(Workshop.open(environment, { NODE_ENV: 'production' })).rejects.toThrow('(4.1) gets no more security fixes');
    await rm(folder, { recursive: true });
  });

  it('R25: production refuses a folder on a disk', async () => {
    const [root, environment] = await pretending('7.1');
    await expect(Workshop.open({ ...environment, CLIP_FOLDER: root })).resolves.toBeDefined();
    await expect(Workshop.open({ ...environment, CLIP_FOLDER: root }, { NODE_ENV: 'production' })).rejects.toThrow('CLIP_FOLDER');
    await rm(root, { recursive: true });
  });

  it('where there is no ffmpeg, or production has just the one in the box, clips and voice are refused and nothing else', async () => {
    expect(await refusal(Workshop.open({ FFMPEG_PATH: '/nowhere/ffmpeg' }))).toBe('unsupported_media');
    const path = process.env.PATH;
    process.env.PATH = '';
    try {
      await expect(Workshop.open()).resolves.toBeDefined();
      expect(await refusal(Workshop.open({}, { NODE_ENV: 'production' }))).toBe('unsupported_media');
    } finally {
      process.env.PATH = path;
    }
  });

  it('a worker that is told to end gives its clip back: no file is blamed', async () => {
    const ending = await Workshop.open();
    const work = ending.clip(await made('mp4', [...pictures('1920x1080', 6, 30), ...h264]));
    const isAtIt = async () => (await Promise.all((await ending.folders()).map((name) => readdir(join(ending.root, name))))).flat();
    await Promise.race([work, until('ffmpeg at work', async () => (await isAtIt()).includes('out.mp4'))]);
    ending.stop();
    await expect(work).rejects.toThrow('this process is ending');
    await expect(ending.clip(clip)).rejects.toThrow('this process is ending');
  });

  it('a link that a child left in place of its work is not followed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flits-link-'));
    await writeFile(join(folder, 'secret'), 'of somebody else');
    await symlink(join(folder, 'secret'), join(folder, 'out.mp4'));
    expect(await refusal(readMade(join(folder, 'out.mp4'), 100))).toBe('damaged');
    await link(join(folder, 'secret'), join(folder, 'hard.mp4'));
    expect(await refusal(readMade(join(folder, 'hard.mp4'), 100))).toBe('damaged');
    expect(await refusal(readMade(join(folder, 'absent.mp4'), 100))).toBe('damaged');
    expect(await refusal(readMade(folder, 100))).toBe('damaged');
    await rm(join(folder, 'hard.mp4'));
    expect((await readMade(join(folder, 'secret'), 100)).toString()).toBe('of somebody else');
    expect(await refusal(readMade(join(folder, 'secret'), 3))).toBe('damaged');
    await rm(folder, { recursive: true });
  });
});

/** An ffmpeg that says it is of a version, and its environment. */
async function pretending(version: string): Promise<[folder: string, environment: { FFMPEG_PATH: string }]> {
  const folder = await mkdtemp(join(tmpdir(), 'flits-old-'));
  for (const name of ['ffmpeg', 'ffprobe']) {
    await writeFile(join(folder, name), `#!/bin/sh\necho "ffmpeg version ${version} libx264 zscale"\n`, { mode: 0o755 });
  }
  return [folder, { FFMPEG_PATH: join(folder, 'ffmpeg') }];
}

/** Whether the words are in the file, in any of the spellings that containers use. */
function tellsOf(file: Buffer, words: string): boolean {
  return [Buffer.from(words), Buffer.from(words, 'utf16le'), Buffer.from(words, 'utf16le').swap16()].some((spelling) =>
    file.includes(spelling),
  );
}

/** Sets the matrix in the header of the picture's track (ISO/IEC 14496-12 §8.3.2), as phones do. */
function withRotation(file: Buffer, turn: 90 | 180 | 270): Buffer {
  const matrix = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] }[turn];
  const turned = Buffer.from(file);
  const at = turned.indexOf('tkhd') + 4 + 40;
  const [a = 1, b = 0, c = 0, d = 1] = matrix;
  [a, b, 0, c, d, 0].forEach((value, n) => turned.writeInt32BE(n % 3 === 2 ? 0 : value * 0x10000, at + n * 4));
  return turned;
}
