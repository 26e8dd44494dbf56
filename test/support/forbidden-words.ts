/**
 * What the product leaves out on purpose (product.md, promise 7): nothing in the contract or the schema may be named after it.
 * Names are looked at, not prose: "looks like" in a description is fine, a field `like_count` is not.
 */
const WORDS = [
  ...['like', 'dislike', 'heart', 'upvote', 'downvote', 'vote', 'favorite', 'favourite', 'clap', 'reaction', 'react', 'emoji'],
  ...['comment', 'repost', 'reshare', 'follower', 'following'],
  ...['streak', 'score', 'karma', 'rank', 'ranking', 'leaderboard', 'badge', 'trending', 'popularity', 'popular'],
  ...['presence', 'online', 'typing', 'lastseen', 'lastactive'],
  ...['total', 'viewcount', 'opencount', 'replaycount'],
];
/** Of several words in a row: `last_seen`, `lastSeenAt`, `view_count`. */
const PHRASES = ['last seen', 'last active', 'view count', 'viewer count', 'open count', 'replay count', 'screenshot count', 'is typing'];

/** The words of an identifier, singular, lower case: `viewCounts`, `view-count` and `VIEW_COUNT` are all `view count`. */
function wordsOf(identifier: string): string[] {
  return identifier
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean)
    .map((word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word));
}

/** @returns what is forbidden in a name */
export function forbiddenIn(identifier: string): string[] {
  const words = wordsOf(identifier);
  const sentence = ` ${words.join(' ')} `;
  return [...words.filter((word) => WORDS.includes(word)), ...PHRASES.filter((phrase) => sentence.includes(` ${phrase} `))];
}

/** Members of a document that hold prose for people. */
const PROSE = new Set(['description', 'summary', 'title', 'advice', 'detail', 'license', 'pattern']);

/** Every name in an OpenAPI or AsyncAPI document: keys, and texts that are no prose (enum values, operation ids, paths, tags). */
export function namesIn(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (Array.isArray(node)) return node.flatMap(namesIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [key, ...(PROSE.has(key) && typeof value === 'string' ? [] : namesIn(value))]);
}
