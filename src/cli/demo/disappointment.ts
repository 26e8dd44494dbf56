/** What the demo found is not what Flits promises, or there is nothing to play with: one sentence for a person. */
export class Disappointment extends Error {
  override readonly name = 'Disappointment';
}

/** @param words a sentence that is said when `is` does not hold */
export function promised(is: boolean, words: string): void {
  if (!is) throw new Disappointment(words);
}
