import { Argument, Option } from 'commander';
import { loadConfig } from '../../platform/config/index.js';
import type { CliCall, CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { call } from '../demo/calls.js';
import { Disappointment } from '../demo/disappointment.js';
import { OwnServer } from '../demo/own-server.js';
import { takePhoto } from '../demo/photo.js';
import { Play, type Server } from '../demo/play.js';
import { Stage } from '../demo/stage.js';
import { StoreFolder } from '../demo/store-folder.js';

const isAddress = (argument: string) => /^https?:/.test(argument);

/** The main job as two people with phones live it, over HTTP and sockets alone; every promise on the way is checked. */
export const demo: CliCommand = {
  name: 'demo',
  summary: 'play the main job against a running server: two people, two photos, seen once, gone at the deadline',
  arguments: [new Argument('[what...]', "the server's address and a photo (JPEG), in any order; both have defaults")],
  options: [new Option('--own', 'start a server for it, with lives of seconds, and leave nothing of it')],
  async run(call) {
    const { args, options, environment } = call;
    const address = args.find(isAddress) ?? environment.FLITS_URL;
    if (options.own === true && args.some(isAddress)) throw new CliError('With --own there is no address: it starts its own server.');
    const stage = stageOf(call);
    const own = options.own === true ? await OwnServer.start(environment) : undefined;
    const url = (own?.url ?? (address || loadConfig(environment).PUBLIC_URL)).replace(/\/+$/, '');
    try {
      const photo = await takePhoto(args.find((argument) => !isAddress(argument)));
      const server = await greet(url);
      stage.tell(`\nTwo people and two photos at ${url} (${server.name} ${server.version})\n`);
      const { seesStore } = await new Play(stage, new StoreFolder(own?.folder ?? (environment.FLITS_DATA || './.flits')), photo).run(
        url,
        server,
      );
      return {
        words: ['', 'Everything was as promised: opened once, gone at its deadline.', ''],
        data: { url, steps: stage.steps, saw_object_store: seesStore },
      };
    } catch (error) {
      throw inWords(error, stage);
    } finally {
      await own?.stop();
    }
  },
};

function stageOf({ terminal, isJson }: CliCall): Stage {
  return new Stage(
    (line) => (isJson ? terminal.say(line) : terminal.answer(line)),
    (words) => terminal.showInPlace(words),
  );
}

async function greet(url: string): Promise<Server> {
  const answer = await call<Partial<Server>>(url, 'GET', '/v1/server').catch(() => undefined);
  if (!answer) {
    throw new CliError(
      `Nothing answers at ${url}. Start Flits in another terminal with \`npm start\`, then try again;\n` +
        'for a server elsewhere: npm run demo -- http://its.address; without any: npm run demo -- --own',
    );
  }
  if (answer.body.name !== 'Flits') throw new Disappointment(`What answers at ${url} is no Flits server.`);
  if (answer.body.registration !== 'open') throw new Disappointment('This server takes no sign-ups, and the demo needs two people.');
  return answer.body as Server;
}

/** Where the story stopped, and why: a broken promise, or a server that went away. */
function inWords(error: unknown, { current }: Stage): unknown {
  const where = current === undefined ? '' : `At "${current}": `;
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  if (code !== undefined && !(error instanceof CliError)) {
    return new CliError(`${where}${code}. Does the server still run?`, undefined, { cause: error });
  }
  return error instanceof Disappointment ? new CliError(where + error.message, undefined, { cause: error }) : error;
}
