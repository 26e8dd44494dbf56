import { SHORT } from './clips.js';
import { servePipeline } from './pipeline.js';

servePipeline({ size: '1920x1080', seconds: SHORT });
