import { planClip, type ClipPlan } from './clip-plan.js';
import type { Probe, Track } from './probe.js';

const video: Track = {
  index: 0,
  type: 'video',
  codec: 'h264',
  profile: 'High',
  width: 1280,
  height: 720,
  pixelAspect: 1,
  pixelFormat: 'yuv420p',
  fps: 30,
  rotation: 0,
  isSkewed: false,
  isInterlaced: false,
  channels: 0,
  isPicture: false,
};
const audio: Track = {
  ...video,
  index: 1,
  type: 'audio',
  codec: 'aac',
  profile: 'LC',
  width: 0,
  height: 0,
  channels: 2,
  pixelFormat: undefined,
};
const probe: Probe = { format: 'mov,mp4,m4a,3gp,3g2,mj2', tracks: [video, audio], seconds: 10, frames: 300 };

function plan(track: Partial<Track> = {}, more: Partial<Probe> = {}, bytes = 5_000_000): ClipPlan {
  return planClip({ ...probe, tracks: [{ ...video, ...track }, audio], ...more }, bytes, { canToneMap: true });
}

describe('what is done with a clip', () => {
  it('one that conforms is copied', () => {
    expect(plan().kind).toBe('remux');
    expect(plan({}, { tracks: [video] })).toMatchObject({ kind: 'remux', audio: undefined });
  });

  it.each<[string, Partial<Track>, RegExp]>([
    ['HEVC', { codec: 'hevc' }, /not H.264/],
    ['High 10', { profile: 'High 10' }, /above High/],
    ['10 bit', { pixelFormat: 'yuv420p10le' }, /not yuv420p/],
    ['1080p', { width: 1920, height: 1080 }, /short side/],
    ['turned by its header', { rotation: 90 }, /turned/],
    ['mirrored by its header', { isSkewed: true }, /turned/],
    ['HLG', { transfer: 'arib-std-b67' }, /HDR/],
    ['PQ', { transfer: 'smpte2084' }, /HDR/],
    ['interlaced', { isInterlaced: true }, /interlaced/],
    ['slow motion', { fps: 120 }, /frames a second/],
    ['wide pixels', { pixelAspect: 4 / 3 }, /square/],
    ['an odd side', { width: 1279 }, /odd/],
  ])('%s is transcoded', (_, track, because) => {
    const made = plan(track);
    expect(made.kind).toBe('transcode');
    expect(made.kind === 'transcode' && made.because.join()).toMatch(because);
  });

  it.each<[string, Partial<Track>, string]>([
    ['Opus', { codec: 'opus' }, 'not AAC'],
    ['5.1', { channels: 6 }, '6 channels'],
    ['HE-AAC', { profile: 'HE-AAC' }, 'HE-AAC'],
  ])('sound that is %s is transcoded', (_, track, because) => {
    const made = planClip({ ...probe, tracks: [video, { ...audio, ...track }] }, 1000, { canToneMap: true });
    expect(made.kind === 'transcode' && made.because.join()).toContain(because);
  });

  it('more than 20 MB are transcoded', () => {
    expect(plan({}, {}, 20_000_001).kind).toBe('transcode');
    expect(plan({}, {}, 20_000_000).kind).toBe('remux');
  });

  it.each<[string, Partial<Track>, { width: number; height: number }]>([
    ['1080p', { width: 1920, height: 1080 }, { width: 1280, height: 720 }],
    ['1080p on its side', { width: 1920, height: 1080, rotation: 90 }, { width: 720, height: 1280 }],
    ['portrait 4K', { width: 2160, height: 3840 }, { width: 720, height: 1280 }],
    ['small HEVC', { codec: 'hevc', width: 321, height: 241 }, { width: 322, height: 242 }],
    ['anamorphic', { width: 720, height: 576, pixelAspect: 16 / 15 }, { width: 768, height: 576 }],
    ['a ribbon', { width: 4096, height: 16, codec: 'hevc' }, { width: 4096, height: 16 }],
  ])('%s is shown upright, square and even', (_, track, size) => {
    expect(plan(track)).toMatchObject({ kind: 'transcode', ...size });
  });

  it.each<[string, Partial<Track>, Partial<Probe>, string]>([
    ['R17: 100,000 seconds', {}, { seconds: 100_000 }, 'too_long'],
    ['R17: 60.6 seconds', {}, { seconds: 60.6 }, 'too_long'],
    ['R17: 60,000 pictures', {}, { frames: 60_000 }, 'too_many_frames'],
    ['R17: 1,000 pictures a second', { fps: 1000 }, {}, 'too_many_frames'],
    ['R17: 8192 pixels', { width: 8192, height: 8192 }, {}, 'too_many_pixels'],
    ['R17: 40 tracks', {}, { tracks: [video, ...Array.from({ length: 39 }, () => audio)] }, 'too_many_tracks'],
    ['nothing to see', {}, { tracks: [audio] }, 'unsupported_media'],
    ['a cover picture alone', { isPicture: true }, {}, 'unsupported_media'],
    ['no picture at all', {}, { frames: 0 }, 'damaged'],
    ['a codec of the last century', { codec: 'cinepak' }, {}, 'unsupported_media'],
  ])('%s: refused', (_, track, more, reason) => {
    expect(plan(track, more)).toEqual({ kind: 'reject', reason });
  });

  it('HDR is refused where the ffmpeg at hand cannot tone-map', () => {
    const hlg = { ...probe, tracks: [{ ...video, transfer: 'arib-std-b67' }, audio] };
    expect(planClip(hlg, 1000, { canToneMap: false })).toEqual({ kind: 'reject', reason: 'hdr_not_taken' });
  });

  it('60 seconds and what a phone adds are taken', () => {
    expect(plan({}, { seconds: 60.4 }).kind).toBe('remux');
  });
});
