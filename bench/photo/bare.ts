import sharp from 'sharp';
import { serveSide } from '../support/side.js';
import { PHOTOS, phonePhoto } from './photos.js';

/** The bare chain: the same JPEG, in one go; no checks, no thumbhash. */
let file: Buffer;
sharp.concurrency(1);
sharp.cache(false);

serveSide({
  prepare: async () => {
    file = await phonePhoto();
  },
  round: async () => {
    for (let n = 0; n < PHOTOS; n += 1) {
      await sharp(file, { failOn: 'error', sequentialRead: true })
        .autoOrient()
        .resize(2048, 2048, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#ffffff' })
        .jpeg({ quality: 80 })
        .toBuffer();
    }
    return { units: PHOTOS };
  },
});
