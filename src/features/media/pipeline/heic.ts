import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CreateLibHeif, LibHeif } from 'libheif-js/libheif-wasm/libheif.js';
import { MediaRejected } from '../media-rejected.js';
import { heicLibrary } from './heic-library.js';
import { MAX_PIXELS, MAX_SIDE } from './limits.js';

/**
 * HEIC: what iPhones make, and what libvips as it comes with sharp cannot decode. libheif does it, in WebAssembly: a fault of
 * the HEVC decoder stays in the instance's own memory, and each photo gets an instance of its own, so that nothing of one is
 * left for the next (docs/adr/0007).
 */
export interface HeicPixels {
  /** RGBA, 8 bits a channel, upright, tiles put together; a view into the instance's memory. */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  /** Pixels from one row to the next; at least `width`. */
  readonly rowPixels: number;
}

const RGBA_BYTES = 4;
const require = createRequire(import.meta.url);
let load: (() => LibHeif) | undefined;

/** @throws MediaRejected unsupported_media where there is no decoder here, too_many_pixels, damaged */
export function decodeHeic(file: Buffer): HeicPixels {
  load ??= loader();
  try {
    return decode(load(), file);
  } catch (error) {
    // A trap of the instance, which is thrown away: out of its memory or of its bounds.
    if (error instanceof MediaRejected) throw error;
    throw new MediaRejected('damaged', { cause: error });
  }
}

function decode(heif: LibHeif, file: Buffer): HeicPixels {
  const context = heif.heif_context_alloc();
  if (heif.heif_context_read_from_memory(context, file).code !== heif.heif_error_code.heif_error_Ok) throw new MediaRejected('damaged');
  const image = heif.heif_js_context_get_primary_image_handle(context);
  if (image.code) throw new MediaRejected('damaged');
  const [width, height] = [heif.heif_image_handle_get_width(image), heif.heif_image_handle_get_height(image)];
  if (Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS) throw new MediaRejected('too_many_pixels');
  const { heif_colorspace: colorspaces, heif_chroma: chromas } = heif;
  const decoded = heif.heif_js_decode_image2(image, colorspaces.heif_colorspace_RGB, chromas.heif_chroma_interleaved_RGBA);
  const plane = decoded.code ? undefined : decoded.channels[0];
  // The decoder believes its bitstream, not the header that was checked.
  if (!plane || plane.width !== width || plane.height !== height) throw new MediaRejected('damaged');
  const { data, stride } = plane;
  return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), width, height, rowPixels: stride / RGBA_BYTES };
}

/** @returns what makes a fresh instance of the library, compiled once */
function loader(): () => LibHeif {
  const library = heicLibrary();
  if (!library) throw new MediaRejected('unsupported_media');
  const create = require(library.script) as CreateLibHeif;
  const module = new WebAssembly.Module(readFileSync(library.wasm));
  return () =>
    create({
      instantiateWasm: (imports, done) => {
        const instance = new WebAssembly.Instance(module, imports);
        done(instance, module);
        return instance.exports;
      },
      print: () => undefined,
      printErr: () => undefined,
    });
}
