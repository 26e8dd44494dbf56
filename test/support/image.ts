import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { readStages } from './packaging-files.js';
import { root } from './project-file.js';

const run = promisify(execFile);

/** What the Dockerfile makes, without containers: its own lines, carried out in a folder. */
export class Image {
  private constructor(
    private readonly home: string,
    /** `/app` of the image. */
    readonly app: string,
    /** What its ENV lines set. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async build(): Promise<Image> {
    const home = await mkdtemp(join(tmpdir(), 'flits-image-'));
    await chmod(home, 0o755); // for the user whom its processes run as
    const [workshop, app] = [join(home, 'build'), join(home, 'app')];
    await Promise.all([mkdir(workshop), mkdir(app)]);
    const [build = [], final = []] = readStages();
    for (const { name, rest } of build) {
      if (name === 'COPY') await copy(rest, root, workshop);
      // That the lockfile can be installed is what every test run begins with: its result is linked here, for the next lines to work on.
      else if (name === 'RUN' && rest === 'npm ci') await link(join(root, 'node_modules'), workshop);
      else if (name === 'RUN') await run('/bin/sh', ['-c', rest], { cwd: workshop, env: installing(), maxBuffer: 1e8 });
    }
    for (const { name, rest } of final) {
      const [, files] = /^--from=build (.+)$/.exec(rest) ?? [];
      if (name === 'COPY' && files) await copy(files.replaceAll('/app/', ''), workshop, app);
    }
    await rm(workshop, { recursive: true });
    const pairs = final.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(' ').map((pair) => pair.split('=')));
    return new Image(home, app, Object.fromEntries(pairs) as Record<string, string>);
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/** As links where both lie on one disk: a few hundred megabytes. */
async function link(folder: string, into: string): Promise<void> {
  await run('cp', ['-al', folder, into]).catch(async () => {
    await rm(join(into, basename(folder)), { recursive: true, force: true });
    await run('cp', ['-a', folder, into]);
  });
}

/** `a b c/`: into a folder; `a b`: under a new name. What .dockerignore keeps out is left out. */
async function copy(words: string, from: string, to: string): Promise<void> {
  const names = words.split(' ');
  const target = join(to, names.at(-1) ?? '');
  for (const name of names.slice(0, -1)) {
    const isInto = words.endsWith('/');
    const options = { recursive: true, verbatimSymlinks: true, filter: (path: string) => !path.endsWith('.spec.ts') };
    await cp(join(from, name), isInto ? join(target, basename(name)) : target, options);
  }
}

/** As in an image: what the machine that builds it has in its environment is none of its business, but for its way to packages. */
function installing(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(?:PATH|HOME|npm_config_(?:registry|cafile|userconfig|cache))$|proxy$|_CA_CERTS$/i.test(name),
  );
  return { ...Object.fromEntries(kept), npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
}
