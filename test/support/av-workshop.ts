import { readdir } from 'node:fs/promises';
import { AvWorkshop } from '../../src/features/media/pipeline/av/av-workshop.js';
import { ClipMaker, type MadeClip } from '../../src/features/media/pipeline/av/clip-maker.js';
import { VoiceMaker } from '../../src/features/media/pipeline/av/voice-maker.js';
import { MediaRejected } from '../../src/features/media/media-rejected.js';
import type { MadeMedia } from '../../src/features/media/pipeline/made-media.js';
import { loadConfig, type Config } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/observability/index.js';

/** The pipelines of clips and voice as a worker has them, without a server around them. */
export class Workshop {
  private constructor(
    private readonly clips: ClipMaker,
    private readonly voices: VoiceMaker,
    readonly root: string,
    private readonly workshop: AvWorkshop,
  ) {}

  /** As when the process ends. */
  stop(): void {
    this.workshop.stop();
  }

  /** @param overrides of settings that need others with them, such as production's */
  static async open(environment: Record<string, string> = {}, overrides: Partial<Config> = {}): Promise<Workshop> {
    const config = Object.assign({}, loadConfig({ NODE_ENV: 'test', ...environment }), overrides);
    const workshop = new AvWorkshop(config, createLogger({ level: 'silent' }));
    await workshop.onModuleInit();
    return new Workshop(new ClipMaker(workshop), new VoiceMaker(workshop), workshop.tools.workspaces.root, workshop);
  }

  clip(file: Buffer): Promise<MadeClip> {
    return this.clips.make(file);
  }

  voice(file: Buffer): Promise<MadeMedia> {
    return this.voices.make(file);
  }

  /** Folders of this process that are there now: none, once nothing runs. */
  async folders(): Promise<string[]> {
    return (await readdir(this.root)).filter((name) => name.startsWith(`flits-av-${process.pid}-`));
  }
}

/** Why a file was refused. @throws whatever else was thrown, or an Error where it was taken */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MediaRejected) return error.reason;
    throw error;
  }
  return 'taken';
}
