import sharp from 'sharp';

/** The first libvips without the decoder faults of 2023 (CVE-2023-4863). */
const OLDEST_SOUND = '8.14.5';

/** The libvips that sharp has loaded: the one of the lockfile, or the system's where sharp was told to take that. */
export function libvips(): { readonly version: string; readonly isSound: boolean } {
  const version = sharp.versions.vips;
  return { version, isSound: version.localeCompare(OLDEST_SOUND, 'en', { numeric: true }) >= 0 };
}
