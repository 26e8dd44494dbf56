import { PassThrough } from 'node:stream';
import { commands, groups } from '../../src/cli/commands.js';
import { runProgram } from '../../src/cli/program.js';
import { Terminal } from '../../src/cli/terminal.js';

export type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean; readonly error?: { readonly message: string } };

/** `flits …` in this process, as a script calls it: with `--json`, its answer read. */
export async function flitsCommand(
  environment: Readonly<Record<string, string>>,
  ...argv: string[]
): Promise<{ code: number; answer: Answer; said: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const terminal = new Terminal(out, err, new PassThrough());
  const code = await runProgram([...argv, '--json'], { commands, groups, version: 'test', terminal, environment });
  const text = String(out.read() ?? '');
  return { code, answer: JSON.parse(text) as Answer, said: text + String(err.read() ?? '') };
}
