import { jobOf } from './upload-jobs.js';

describe('the job of an upload', () => {
  it.each(['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence', 'image/avif'])(
    'of a photo in %s is of HEIF',
    (contentType) => {
      expect(jobOf({ kind: 'photo', contentType })).toBe('heif.process');
    },
  );

  it.each(['image/jpeg', 'image/png', 'image/heicx', 'video/heic', null])('of a photo in %s is of photos', (contentType) => {
    expect(jobOf({ kind: 'photo', contentType })).toBe('photo.process');
  });

  it.each(['clip', 'voice'] as const)('of a %s is its own, whatever it is taken for', (kind) => {
    expect(jobOf({ kind, contentType: 'image/heic' })).toBe(`${kind}.process`);
  });
});
