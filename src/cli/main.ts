#!/usr/bin/env node
import { VERSION } from '../platform/http/version.js';
import { commands, groups } from './commands.js';
import { runProgram } from './program.js';
import { Terminal } from './terminal.js';

/** `flits …`: reads its arguments, runs one command, leaves with its status once what was said is written. */
const terminal = Terminal.ofProcess();
process.exitCode = await runProgram(process.argv.slice(2), { commands, groups, version: VERSION, terminal, environment: process.env });
