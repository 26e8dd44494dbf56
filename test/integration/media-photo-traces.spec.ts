import { randomUUID } from 'node:crypto';
import { makePhoto } from '../../src/features/media/pipeline/photo.js';
import { hasPerl, tagsOf, type Tags } from '../support/exiftool.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { TRACES, tracedPhotos, traceWords } from '../support/traced-photos.js';
import { until } from '../support/until.js';

type Kind = keyof Awaited<ReturnType<typeof tracedPhotos>>;
const kinds: readonly Kind[] = ['photo.jpg', 'photo.png', 'photo.webp', 'photo.avif', 'photo.heic'];

/** The format itself: any other tag would be something that came along. */
const FORMAT = /^(SourceFile|ExifTool:ExifToolVersion|System:.*|File:.*|JFIF:.*|Composite:(ImageSize|Megapixels))$/;
const LEAKS = /^(File:(Comment|CurrentIPTCDigest|ExifByteOrder)|.*(Warning|Error))$/;

function strangeTags(tags: Tags): string[] {
  return Object.keys(tags).filter((tag) => !FORMAT.test(tag) || LEAKS.test(tag));
}

/** Looked at with exiftool, which knows nothing of the code under test. */
(hasPerl ? describe : describe.skip)('what a photo tells of its maker (exiftool, in Perl)', () => {
  let photos: Record<Kind, Buffer>;
  let given: Record<Kind, Tags>;

  beforeAll(async () => {
    photos = await tracedPhotos();
    given = tagsOf(photos);
  });

  it.each(kinds)('the %s to begin with carries every trace', (kind) => {
    for (const trace of Object.values(TRACES)) expect(Object.keys(given[kind])).toContainEqual(expect.stringMatching(trace) as string);
    if (kind === 'photo.jpg') expect(given[kind]).toMatchObject({ 'IPTC:City': 'Hamburg', 'File:Comment': '<script>' });
  });

  it('R14: nothing but the format itself is left of any of them', async () => {
    const made: Record<string, Buffer> = {};
    for (const kind of kinds) made[kind] = (await makePhoto(photos[kind])).bytes;
    const tags = tagsOf(made);
    for (const kind of kinds) {
      expect({ kind, strange: strangeTags(tags[kind]!), is: tags[kind]!['File:FileType'] }).toEqual({ kind, strange: [], is: 'JPEG' });
      for (const word of traceWords) expect(made[kind]!.includes(word)).toBe(false);
    }
  });

  it('R14 R24: through the API, from a phone that names and calls it something else, to the friend who opens it', async () => {
    const flits = await TestFlits.start();
    try {
      const [anna, ben] = await Person.friends(flits.url);
      const seen: Record<string, Buffer> = {};
      for (const kind of kinds) {
        const sent = await anna.send({ upload_id: await anna.upload(photos[kind]) }, [ben], randomUUID());
        seen[kind] = await ben.view((await ben.open(sent.body.id)).body);
      }
      const tags = tagsOf(seen);
      for (const kind of kinds) expect(strangeTags(tags[kind]!)).toEqual([]);
      await until('one object each', async () => (await flits.objectNames()).length === kinds.length);
    } finally {
      await flits.stop();
    }
  });
});
