import { Option } from 'commander';
import { PassThrough } from 'node:stream';
import type { CliCall, CliCommand } from './cli-command.js';
import { CliError } from './cli-error.js';
import { commands, groups } from './commands.js';
import { EXIT } from './exit-codes.js';
import { runProgram } from './program.js';
import { Terminal } from './terminal.js';

const calls: CliCall[] = [];
const drop: CliCommand = {
  name: 'hours drop',
  summary: 'drop an hour',
  destroys: true,
  options: [new Option('--label <ms>', 'which').makeOptionMandatory()],
  run: async (call) => {
    calls.push(call);
    return { words: [call.isDryRun ? 'would drop' : 'dropped'], data: { dry_run: call.isDryRun } };
  },
};
const doubt: CliCommand = { name: 'doubt', summary: 'finds a fault', run: async () => ({ ok: false, words: ['bad'], data: { n: 1 } }) };
const broken: CliCommand = {
  name: 'broken',
  summary: 'fails',
  run: async () => {
    throw new CliError('The store is away.');
  },
};

async function run(argv: string[], list: readonly CliCommand[] = [drop, doubt, broken], environment: NodeJS.ProcessEnv = {}) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const terminal = new Terminal(out, err, new PassThrough());
  const code = await runProgram(argv, { commands: list, groups: { hours: 'hours', ...groups }, version: '1.2.3', terminal, environment });
  return { code, out: String(out.read() ?? ''), err: String(err.read() ?? '') };
}

describe('the flits command line', () => {
  it('a command that destroys is a dry run until it is told --yes', async () => {
    expect(await run(['hours', 'drop', '--label', '1'])).toMatchObject({ code: EXIT.done, out: 'would drop\n' });
    expect(await run(['hours', 'drop', '--label', '1', '--yes'])).toMatchObject({ code: EXIT.done, out: 'dropped\n' });
    expect(calls.map(({ options }) => options.label)).toEqual(['1', '1']);
  });

  it('--json answers one object on stdout, whatever becomes of it', async () => {
    for (const [argv, code, answer] of [
      [['hours', 'drop', '--label', '1', '--json'], EXIT.done, { ok: true, dry_run: true }],
      [['doubt', '--json'], EXIT.failed, { ok: false, n: 1 }],
      [['broken', '--json'], EXIT.failed, { ok: false, error: { message: 'The store is away.' } }],
      [['hours', 'drop', '--json'], EXIT.misunderstood, { ok: false }],
      [['nonsense', '--json'], EXIT.misunderstood, { ok: false }],
    ] as const) {
      const result = await run([...argv]);
      expect(result).toMatchObject({ code, err: '' });
      expect(JSON.parse(result.out)).toMatchObject(answer);
    }
  });

  it('says in words what failed and what was not understood', async () => {
    expect(await run(['broken'])).toEqual({ code: EXIT.failed, out: '', err: 'The store is away.\n' });
    expect(await run(['brokn'])).toMatchObject({
      code: EXIT.misunderstood,
      err: expect.stringContaining('Did you mean broken?') as string,
    });
    expect((await run(['hours', 'drop', '--lable', '1'])).code).toBe(EXIT.misunderstood);
    expect((await run(['hours'])).code).toBe(EXIT.misunderstood);
  });

  it('help and version are answers', async () => {
    expect(await run(['--version'])).toEqual({ code: EXIT.done, out: '1.2.3\n', err: '' });
    const help = await run(['hours', 'drop', '--help']);
    expect(help.code).toBe(EXIT.done);
    for (const option of ['--label', '--json', '--yes']) expect(help.out).toContain(option);
  });
});

describe('flits config', () => {
  const environment = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64'), S3_ENDPOINT: 'http://me:hidden@s3.test', PORT: '4000' };
  const keys = { S3_ACCESS_KEY_ID: 'access', S3_SECRET_ACCESS_KEY: 'secret-of-the-store' };

  it('check names every fault at once, by variable and never by value', async () => {
    const result = await run(['config', 'check', '--json'], commands, { ...environment, PORT: '-31415', ROLE: 'cook' });
    const { ok, faults } = JSON.parse(result.out) as { ok: boolean; faults: { variable: string }[] };
    expect([result.code, ok, faults.map(({ variable }) => variable).sort()]).toEqual([
      EXIT.failed,
      false,
      ['PORT', 'ROLE', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
    ]);
    expect(result.out).not.toMatch(/31415|cook/);
    expect((await run(['config', 'check'], commands, { ...environment, ...keys })).code).toBe(EXIT.done);
  });

  it('R33: print shows where each setting comes from, and no secret', async () => {
    const result = await run(['config', 'print', '--json'], commands, { ...environment, ...keys });
    const { variables } = JSON.parse(result.out) as { variables: Record<string, { value: unknown; source: string }> };
    expect(variables).toMatchObject({
      PORT: { value: 4000, source: 'environment' },
      ADMIN_PORT: { value: 3001, source: 'default' },
      MASTER_KEY: { value: '[redacted]', source: 'environment' },
      S3_ENDPOINT: { value: 'http://[redacted]@s3.test/', source: 'environment' },
    });
    const words = await run(['config', 'print'], commands, { ...environment, ...keys });
    for (const secret of [environment.MASTER_KEY, 'hidden', 'secret-of-the-store']) expect(result.out + words.out).not.toContain(secret);
  });
});

describe('progress', () => {
  const work = (isTTY: boolean): string => {
    const err = Object.assign(new PassThrough(), { isTTY });
    const progress = new Terminal(new PassThrough(), err, new PassThrough()).progress('hours');
    progress.step(2);
    progress.step(2);
    progress.end();
    return String(err.read() ?? '');
  };

  it('is a bar where somebody is watching, and nothing in a script', () => {
    expect(work(true)).toMatch(/hours \[[#.]+\] \d\/2/);
    expect(work(false)).toBe('');
  });

  it('leaves no timer behind where no work was to be done', () => {
    const err = Object.assign(new PassThrough(), { isTTY: true });
    new Terminal(new PassThrough(), err, new PassThrough()).progress('hours').end();
    expect(err.read()).toBeNull();
  });
});

describe.each(commands.map(({ name }) => [name] as const))('flits %s', (name) => {
  const command = commands.find((other) => other.name === name)!;

  it('--help says what it does, each option in words, and --yes where it destroys', async () => {
    const { code, out } = await run([...name.split(' '), '--help'], commands);
    expect(code).toBe(EXIT.done);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`Usage: flits ${name} [options]`);
    expect(text).toContain(command.summary);
    for (const { flags, description } of [...(command.options ?? [])]) expect(text).toContain(`${flags} ${description}`);
    for (const argument of command.arguments ?? []) expect(argument.description.length).toBeGreaterThan(4);
    expect(text.includes('--yes')).toBe(command.destroys === true);
    expect(text).toContain('--json');
  });

  it('refuses an option that it does not know, in words, and touches nothing', async () => {
    const result = await run([...name.split(' '), '--no-such-thing', '--json'], commands);
    expect(result.code).toBe(EXIT.misunderstood);
    expect(JSON.parse(result.out)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/unknown option '--no-such-thing'|required option/) as string },
    });
  });
});

it('the help of all names every command', async () => {
  const { out } = await run(['--help'], commands);
  for (const { name } of commands) expect(out).toContain(` ${name.split(' ')[0]}`);
});

it('every command has a name of its own, a summary, and a known group', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  for (const { name, summary } of commands) {
    expect(summary.length).toBeGreaterThan(10);
    const words = name.split(' ');
    if (words.length > 1) expect(groups).toHaveProperty(words[0] ?? '');
  }
});
