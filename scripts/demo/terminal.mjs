import { setTimeout as delay } from 'node:timers/promises';

/** What the demo found is not what Flits promises, or there is nothing to play with: one sentence for a person. */
export class Disappointment extends Error {}

let current;

/** The step under way, for the sentence that is said when it goes wrong. */
export function currentStep() {
  return current;
}

export function say(words = '') {
  process.stdout.write(`${words}\n`);
}

/** A line without a time of its own, below the step it belongs to. */
export function note(words) {
  say(`             ${words}`);
}

/**
 * Does `work` and prints what it was and how long it took.
 * @param tell what to say of the result, behind the words
 */
export async function step(words, work, tell = () => '') {
  current = words;
  const started = performance.now();
  const result = await work();
  const ms = Math.round(performance.now() - started);
  const more = tell(result);
  say(`${String(ms).padStart(8)} ms  ${words}${more ? `: ${more}` : ''}`);
  return result;
}

/** @param what a sentence that is said when `is` does not hold */
export function promised(is, what) {
  if (!is) throw new Disappointment(what);
}

/** Asks every 250 ms until the answer is yes. @throws Disappointment when the time is up */
export async function until(what, seconds, ask) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Disappointment(`${what} did not happen within ${seconds} s.`);
    await delay(250);
  }
}

/** Waits `ms`, counting down in place where somebody is watching. */
export async function waitVisibly(ms, words) {
  current = words;
  const end = performance.now() + ms;
  const isWatched = process.stdout.isTTY === true;
  for (let left = ms; left > 0; left = end - performance.now()) {
    if (isWatched) process.stdout.write(`\r${String(Math.ceil(left / 1000)).padStart(8)} s   ${words} \x1b[K`);
    await delay(Math.min(left, isWatched ? 1000 : left));
  }
  if (isWatched) process.stdout.write('\r\x1b[K');
}
