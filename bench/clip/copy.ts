import { MINUTE } from './clips.js';
import { servePipeline } from './pipeline.js';

servePipeline({ size: '1280x720', seconds: MINUTE });
