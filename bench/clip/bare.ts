import { serveBare } from './bare-ffmpeg.js';
import { SHORT } from './clips.js';

serveBare({ width: 1920, height: 1080, seconds: SHORT });
