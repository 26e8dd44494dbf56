/**
 * The container of HEIF, which AVIF and HEIC are: its first box is `ftyp` (ISO/IEC 14496-12 §4.3). Decides about a lane and a
 * queue, never about what a file is.
 */
export function isIsoMedia(file: Buffer): boolean {
  return file.toString('latin1', 4, 8) === 'ftyp';
}
