import { parse } from 'yaml';
import { readProjectFile } from './project-file.js';

/** The packaging files as the tests of packaging.spec.ts look at them. Nothing here runs a container. */

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** docker-compose.yml as compose reads it: merge keys resolved, `${NAME:?}` and `${NAME:-default}` left as they stand. */
export function readCompose(): Compose {
  return parse(readProjectFile('docker-compose.yml'), { merge: true }) as Compose;
}

const INTERPOLATION = /(?<!\$)\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/** Names that compose takes from .env, and whether it refuses to go on without them. */
export function interpolations(text: string): Map<string, { readonly required: boolean }> {
  return new Map([...text.matchAll(INTERPOLATION)].map(([, name, kind]) => [name ?? '', { required: kind === '?' }]));
}

/** @throws Error for a name that has neither a value nor a default */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(INTERPOLATION, (_, name: string, kind?: string, fallback?: string) => {
    const value = values[name] ?? (kind === '-' ? fallback : undefined);
    if (value === undefined) throw new Error(`${name} has no value`);
    return value;
  });
}

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** A Dockerfile's stages, each beginning with its FROM; continued lines are joined. */
export function readStages(): Instruction[][] {
  const lines = readProjectFile('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const at = line.indexOf(' ');
    const instruction = { name: line.slice(0, at), rest: line.slice(at + 1).trim() };
    if (instruction.name === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** The names and values of an example file; all of them stand behind a `#`, so that the file sets nothing when copied. */
export function readEnvExample(): Map<string, string> {
  const entries = [...readProjectFile('.env.example').matchAll(/^# ?([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  return new Map(entries.map(([, name, value]) => [name ?? '', value ?? '']));
}
