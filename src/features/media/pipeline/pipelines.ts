import type { Config } from '../../../platform/config/index.js';
import type { Log } from '../../../platform/observability/index.js';
import { AvWorkshop } from './av/av-workshop.js';
import { ClipMaker } from './av/clip-maker.js';
import { VoiceMaker } from './av/voice-maker.js';
import { MediaMakers } from './media-makers.js';
import { PhotoDecoders } from './photo-decoders.js';

export interface Pipelines {
  readonly makers: MediaMakers;
  readonly workshop: AvWorkshop;
  close(): void;
}

/** The pipelines by themselves, for commands and benches; a worker has them from its module. */
export async function openPipelines(config: Config, log: Log): Promise<Pipelines> {
  const workshop = new AvWorkshop(config, log);
  await workshop.onModuleInit();
  const photos = new PhotoDecoders();
  const makers = new MediaMakers(photos, new ClipMaker(workshop), new VoiceMaker(workshop));
  return { makers, workshop, close: () => photos.onApplicationShutdown() };
}
