import { Argument } from 'commander';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MediaExplainer, openPipelines, type Explanation } from '../../features/media/worker.js';
import { loadConfig } from '../../platform/config/index.js';
import type { CliCommand } from '../cli-command.js';
import { quietLog } from '../reach.js';

/** What the pipeline would make of files, with why and what is stripped. Stores and sends nothing; needs no server. */
export const media: CliCommand = {
  name: 'media',
  summary: 'show what the pipeline would make of files: kind, decisions, output, what is stripped',
  arguments: [new Argument('<file...>', 'photos, clips, voice notes')],
  async run({ args, environment }) {
    const pipelines = await openPipelines(loadConfig(environment), quietLog(environment));
    const explainer = new MediaExplainer(pipelines.makers, pipelines.workshop);
    const files: ({ file: string } & Explanation)[] = [];
    try {
      for (const path of args) files.push({ file: basename(path), ...(await explainer.explain(await readFile(path))) });
    } finally {
      pipelines.close();
    }
    return { ok: files.every(({ refused }) => !refused), words: files.flatMap(lines), data: { files } };
  },
};

function lines({ file, kind, bytes, found, decision, stripped, out, refused }: { file: string } & Explanation): string[] {
  return [
    `${file}: ${kind ?? 'nothing that is taken'}, ${bytes} bytes`,
    ...found.map((line) => `  found     ${line}`),
    `  decision  ${decision}`,
    ...(refused ? [`  refused   ${refused.reason}: ${refused.words}`] : stripped.map((line) => `  stripped  ${line}`)),
    ...(out ? [`  output    ${out.contentType}, ${out.bytes} bytes${size(out)}${length(out)}`] : []),
  ];
}

function size({ width, height }: { width?: number; height?: number }): string {
  return width === undefined || height === undefined ? '' : `, ${width}x${height}`;
}

function length({ durationMs }: { durationMs?: number }): string {
  return durationMs === undefined ? '' : `, ${(durationMs / 1000).toFixed(2)} s`;
}
