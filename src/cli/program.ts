import { Command, CommanderError } from 'commander';
import { ConfigError } from '../platform/config/index.js';
import type { CliCommand, CliResult } from './cli-command.js';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** What all commands share: parsing, `--json`, `--yes`, words, exit codes. Knows no command itself. */
export interface ProgramParts {
  readonly commands: readonly CliCommand[];
  /** Words of the groups, by their name. */
  readonly groups: Readonly<Record<string, string>>;
  readonly version: string;
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs one command line. @param argv without the program's own name @returns the status to exit with; it never throws */
export async function runProgram(argv: readonly string[], parts: ProgramParts): Promise<ExitCode> {
  const { terminal } = parts;
  const isJson = argv.includes('--json');
  let code: ExitCode = EXIT.done;
  const program = shape(new Command('flits'), parts, isJson)
    .description('Runs and looks after a Flits server. Settings come from the environment: docs/configuration.md.')
    .version(parts.version, '-V, --version')
    .showSuggestionAfterError();
  for (const command of parts.commands) {
    add(program, command, parts, isJson).action(async (...given: unknown[]) => {
      const { args, options } = parsed(given);
      const result = await command.run({ ...parts, args, options, isJson, isDryRun: Boolean(command.destroys) && options.yes !== true });
      show(result, isJson, terminal);
      if (result.ok === false) code = EXIT.failed;
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    return fail(error, isJson, parts);
  }
  return code;
}

/** Commander writes help and complaints through us and throws instead of leaving. */
function shape(command: Command, { terminal }: ProgramParts, isJson: boolean): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => terminal.answer(text),
      // In JSON the complaint is part of the answer.
      writeErr: (text) => (isJson ? undefined : terminal.say(text)),
    });
}

function add(program: Command, { name, summary, ...rest }: CliCommand, parts: ProgramParts, isJson: boolean): Command {
  const words = name.split(' ');
  const last = words.at(-1) ?? name;
  const parent = words.slice(0, -1).reduce((above, word) => groupOf(above, word, parts, isJson), program);
  const command = shape(parent.command(last), parts, isJson).description(summary).option('--json', 'answer as one JSON object');
  rest.arguments?.forEach((argument) => command.addArgument(argument));
  rest.options?.forEach((option) => command.addOption(option));
  if (rest.destroys) command.option('--yes', 'do it; without this nothing is changed and you are told what would be');
  return command;
}

function groupOf(above: Command, word: string, parts: ProgramParts, isJson: boolean): Command {
  const there = above.commands.find((command) => command.name() === word);
  return there ?? shape(above.command(word), parts, isJson).description(parts.groups[word] ?? '');
}

/** Commander hands over the arguments, then the options, then the command. */
function parsed(given: readonly unknown[]): { args: string[]; options: Record<string, unknown> } {
  const command = given.at(-1) as Command;
  return { args: command.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string'), options: command.opts() };
}

function show({ words, data, ok = true }: CliResult, isJson: boolean, terminal: Terminal): void {
  if (isJson) terminal.answer(JSON.stringify({ ok, ...data }));
  else if (words.length > 0) terminal.answer(words.join('\n'));
}

function fail(error: unknown, isJson: boolean, { terminal, environment }: ProgramParts): ExitCode {
  if (error instanceof CommanderError) {
    // Asked for help or the version: that was the answer. A group without its command shows its help as a complaint.
    if (error.exitCode === 0) return EXIT.done;
    if (isJson) terminal.answer(JSON.stringify({ ok: false, error: { message: error.message.replace(/^error: /, '') } }));
    return EXIT.misunderstood;
  }
  const message = error instanceof Error ? error.message : String(error);
  const faults = error instanceof ConfigError ? { faults: error.faults } : {};
  if (isJson) terminal.answer(JSON.stringify({ ok: false, error: { message, ...faults } }));
  else terminal.say(message);
  if (environment.LOG_LEVEL === 'debug' && error instanceof Error && error.stack) terminal.say(error.stack);
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}
