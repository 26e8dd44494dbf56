/** What a photo may be (R16, R23), and what comes of it. Known apart from the library that enforces it. */
export const MAX_PIXELS = 64_000_000;
export const MAX_SIDE = 12_000;
export const MAX_FRAMES = 500;
export const MAX_OUTPUT_SIDE = 2048;
/** Wall clock a photo may take before its decoder is killed; the slowest photo allowed, an AVIF of 64 megapixels, takes about 6 s of a free core. */
export const DECODE_SECONDS = 30;
