import { loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { openPipelines, type Pipelines } from '../../src/features/media/pipeline/pipelines.js';
import { cpuOfChildren } from '../support/cpu-of-children.js';
import { serveSide } from '../support/side.js';
import { clipOf } from './clips.js';

/** The pipeline as a worker runs it: workspace, probe, plan, ffmpeg in its jail, a look at what came out, poster, thumbhash. */
export function servePipeline({ size, seconds }: { size: string; seconds: number }): void {
  let file: Buffer;
  let pipelines: Pipelines;
  serveSide({
    prepare: async () => {
      file = await clipOf(size, seconds);
      pipelines = await openPipelines(loadConfig({ NODE_ENV: 'test' }), createLogger({ level: 'silent' }));
    },
    round: async () => {
      const before = cpuOfChildren();
      await pipelines.makers.make('clip', file);
      return { units: seconds, childCpuMicros: cpuOfChildren() - before };
    },
    close: () => pipelines.close(),
  });
}
