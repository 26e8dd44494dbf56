import { call } from './client.mjs';
import { takePhoto } from './photo.mjs';
import { play } from './play.mjs';
import { currentStep, Disappointment, say } from './terminal.mjs';

/** Arguments in any order: an address (http…), a photo. */
const isAddress = (argument) => /^https?:/.test(argument);
const args = process.argv.slice(2);
const url = (args.find(isAddress) ?? (process.env.FLITS_URL || 'http://localhost:3000')).replace(/\/+$/, '');
const photoPath = args.find((argument) => !isAddress(argument));

try {
  const photo = await takePhoto(photoPath);
  const server = await greet();
  await play({ url, server, photo });
} catch (error) {
  say('');
  const where = currentStep() ? `At "${currentStep()}": ` : '';
  const network = error.cause?.code;
  say(`${where}${network ? `${network}. Does the server still run?` : error.message}`);
  if (!network && !(error instanceof Disappointment)) say(error.stack);
  process.exitCode = 1;
}
// A socket that was left open by a failure would keep us.
setTimeout(() => process.exit(), 1000).unref();

async function greet() {
  const answer = await call(url, 'GET', '/v1/server').catch(() => undefined);
  if (!answer) {
    say(`Nothing answers at ${url}. Start Flits in another terminal with \`npm start\`, then try again;`);
    say('for a server elsewhere: npm run demo -- http://its.address');
    process.exit(1);
  }
  if (answer.body?.name !== 'Flits') throw new Disappointment(`What answers at ${url} is no Flits server.`);
  if (answer.body.registration !== 'open') throw new Disappointment('This server takes no sign-ups, and the demo needs two people.');
  return answer.body;
}
