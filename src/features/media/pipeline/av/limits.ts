/** What a clip or a voice note may be (R17), and what comes of it. */
export const MAX_SECONDS = 60;
/** Phones stop a "60 s" recording a few frames late; what is above is cut off. */
export const SECONDS_TAKEN = 60.5;
export const MAX_SIDE = 4096;
export const MAX_FPS = 240;
/** 60 s at 120 frames a second; a clip of slow motion that has more is refused. */
export const MAX_FRAMES = 7200;
/** Phones write video, sound, and up to a handful of data tracks. */
export const MAX_TRACKS = 12;

export const OUT_SHORT_SIDE = 720;
export const OUT_FPS = 60;
export const MAX_OUT_BYTES = 20_000_000;
/** kbit/s: 60 s of both stay below MAX_OUT_BYTES, containers and peaks included. */
export const OUT_VIDEO_KBITS = 2300;
export const OUT_AUDIO_KBITS = 128;
export const VOICE_KBITS = 64;

/** Wall clock: the slowest clip allowed (4K HDR of a minute) takes a minute or two of two free cores. */
export const TRANSCODE_MS = 300_000;
export const REMUX_MS = 30_000;
export const PROBE_MS = 15_000;
/** Address space of a child: HEVC at 4096 x 4096 with all its reference frames fits. */
export const CHILD_MEMORY_KIB = 3 * 1024 * 1024;
