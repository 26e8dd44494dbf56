import { fileURLToPath } from 'node:url';

/** The project's folder, ending in a slash. Its scripts run on any Node that npm may have, before anything is installed. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Progress for the person at the terminal; stdout stays free for results. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the command with words instead of a stack trace. */
export function giveUp(...lines) {
  for (const line of lines) say(line);
  process.exit(1);
}
