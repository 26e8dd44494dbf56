import sharp from 'sharp';

/**
 * libvips, set up once for this process. Every loader is blocked but the four we take, from memory only (R12): SVG, PDF,
 * GIF, TIFF and the rest are not even tried, whatever a file calls itself. Ultra HDR photos lose their gain map this way
 * and load as the plain JPEG they also are.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer', 'VipsForeignLoadHeifBuffer'],
});

// One core a photo: several photos are worked on at once instead, which costs less CPU in total.
sharp.concurrency(1);
// A cache of operations would keep people's pixels in memory after their photo is done.
sharp.cache(false);

export { sharp };
