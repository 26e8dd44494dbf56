import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { serveSide } from '../support/side.js';
import { PHOTOS, phonePhoto } from './photos.js';

/** The obvious way: the original is decoded once to see whether it is whole, once for the JPEG, once for the thumbhash. */
let file: Buffer;
sharp.concurrency(1);
sharp.cache(false);

serveSide({
  prepare: async () => {
    file = await phonePhoto();
  },
  round: async () => {
    for (let n = 0; n < PHOTOS; n += 1) {
      await sharp(file, { failOn: 'error' }).raw().toBuffer();
      await sharp(file)
        .autoOrient()
        .resize(2048, 2048, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#ffffff' })
        .jpeg({ quality: 80 })
        .toBuffer();
      const small = await sharp(file)
        .autoOrient()
        .resize(100, 100, { fit: 'inside' })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      rgbaToThumbHash(small.info.width, small.info.height, small.data);
    }
    return { units: PHOTOS };
  },
});
