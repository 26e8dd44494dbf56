import { serveBare } from './bare-ffmpeg.js';
import { MINUTE } from './clips.js';

serveBare({ width: 1280, height: 720, seconds: MINUTE });
