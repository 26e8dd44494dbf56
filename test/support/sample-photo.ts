import { card, withTraces } from './images.js';

/** A small photo as a phone makes it, place and maker included. */
export function samplePhoto(): Promise<Buffer> {
  return withTraces(card({ width: 640, height: 480 }))
    .jpeg()
    .toBuffer();
}
