import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../../platform/config/index.js';
import { Log } from '../../../../platform/observability/index.js';
import { MediaRejected } from '../../media-rejected.js';
import { findFfmpeg, type FfmpegTools } from './ffmpeg-tools.js';
import { Jail } from './jail.js';
import { Prober } from './probe.js';
import { Workspaces } from './workspaces.js';

/** Everything that clips and voice are worked on with. */
export interface AvTools {
  readonly tools: FfmpegTools;
  readonly jail: Jail;
  readonly workspaces: Workspaces;
  readonly prober: Prober;
}

/** Finds the programs and a folder for them when a worker starts, and says in its log what it found. */
@Injectable()
export class AvWorkshop implements OnModuleInit {
  #tools?: AvTools;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    const tools = await this.#find();
    if (!tools) {
      this.log.warn('no ffmpeg to use: clips and voice notes are refused. Install ffmpeg 5 or newer, or name it in FFMPEG_PATH.');
      return;
    }
    if (!tools.canToneMap) this.log.warn('this ffmpeg has no zscale (zimg): HDR clips are refused');
    const jail = await Jail.open([tools.ffmpeg, tools.ffprobe]);
    if (jail.isOpen) this.log.warn('nobody may run this ffmpeg, so it runs as root. Put it where every user can reach it.');
    const workspaces = await Workspaces.open(this.config.CLIP_FOLDER, jail.owner);
    this.#checkFolder(workspaces);
    this.#tools = { tools, jail, workspaces, prober: new Prober(tools, jail) };
  }

  /** Ends what is under way, as the machine's fault, and takes nothing more: this process is ending. */
  stop(): void {
    this.#tools?.jail.stop();
  }

  /** @throws MediaRejected unsupported_media where this machine has no ffmpeg */
  get tools(): AvTools {
    if (!this.#tools) throw new MediaRejected('unsupported_media');
    return this.#tools;
  }

  /** R61: in production hostile files meet a decoder that somebody still looks after, or none: the one in the box is for trying out. */
  async #find(): Promise<FfmpegTools | undefined> {
    const tools = await findFfmpeg(this.config.FFMPEG_PATH);
    if (!tools?.isOld) return tools;
    const { version, isPackaged } = tools;
    const words = 'gets no more security fixes. Install ffmpeg 5 or newer, or name it in FFMPEG_PATH.';
    const isProduction = this.config.NODE_ENV === 'production';
    if (isProduction && !isPackaged) throw new Error(`The ffmpeg that was found (${version}) ${words}`);
    this.log.warn({ version }, `this ffmpeg ${words}`);
    return isProduction ? undefined : tools;
  }

  /** R25: plaintext is on no durable disk. */
  #checkFolder({ isInMemory, root }: Workspaces): void {
    if (isInMemory) return;
    if (this.config.NODE_ENV === 'production') {
      throw new Error(`Clips would be worked on in ${root}, which is on a disk. Name a folder in memory (tmpfs) in CLIP_FOLDER.`);
    }
    this.log.warn('clips are worked on in a folder on disk; production refuses that. Name a folder in memory (tmpfs) in CLIP_FOLDER.');
  }
}
