// Reads a whole log and looks for anything that should not be.
import { GrowingTree } from './merkle.mjs';
import { Doubt, readHead, readKey, readLeaf, readReceipt } from './texts.mjs';

const PAGE = 1000;
const PATIENCE_MS = 600_000; // for bytes to go and their leaf to come, beyond the time between two heads
const time = (ms) => new Date(ms).toISOString();

async function get(url, path) {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(30_000) }).catch((error) => {
    throw new Doubt(`${url}${path} cannot be reached: ${error.cause?.code ?? error.message}`);
  });
  if (!response.ok) throw new Doubt(`${url}${path} answered ${response.status}.`);
  return response.text();
}

/** @returns doubts found, and lines to show */
export async function audit({ url, keys, old, receipts, publishSeconds, now }) {
  const [doubts, notes] = [[], []];
  const facts = JSON.parse(await get(url, '/v1/server'));
  const trusted = keys.length > 0 ? keys : facts.log_keys.map(({ key }) => readKey(key));
  if (keys.length === 0)
    notes.push(
      'The key came from the server itself. Note it, and pass it as --key next time:',
      ...facts.log_keys.map(({ key }) => `  ${key}`),
    );
  const head = readHead(await get(url, '/v1/log/checkpoint'), trusted);
  const before = old && readHead(old, trusted);
  if (before && before.size > head.size) doubts.push(`The log has shrunk: it had ${before.size} leaves and now has ${head.size}.`);
  const seen = new Map();
  const tree = new GrowingTree();
  const compare = () => {
    if (before?.size === tree.size && !before.root.equals(tree.root())) {
      doubts.push(`Two heads of size ${before.size}: the log shows a history now that is not the one it signed before.`);
    }
  };
  compare();
  for await (const text of leavesOf(url, head.size)) {
    const position = tree.size;
    tree.add(text);
    compare();
    const leaf = readLeaf(text);
    const key = `${leaf.kind} ${leaf.about}`;
    if (!leaf.kind) doubts.push(`Leaf ${position} is none that belongs here.`);
    else if (seen.has(key))
      doubts.push(`Leaf ${position} is a second ${leaf.kind} of ${leaf.about} (the first is leaf ${seen.get(key).position}).`);
    else seen.set(key, { ...leaf, position });
  }
  if (!tree.root().equals(head.root)) doubts.push('The leaves do not give the signed root: one was changed, left out or put in.');
  const lateAfter = PATIENCE_MS + 1000 * (publishSeconds ?? facts.limits?.log_publish_seconds ?? 3600);
  for (const { kind, about, label, position } of seen.values()) {
    if (kind !== 'ACCEPT' || label + lateAfter > now || seen.has(`ERASE ${about}`) || seen.has(`HOUR ${label}`)) continue;
    doubts.push(`Leaf ${position}: a snap that had to be gone by ${time(label)}, and nothing says that it is.`);
  }
  for (const text of receipts) {
    const { commitment, mergeBy } = readReceipt(text, trusted);
    const isThere = seen.has(`ACCEPT ${commitment}`);
    if (isThere) notes.push(`The receipt of ${commitment} is kept: leaf ${seen.get(`ACCEPT ${commitment}`).position}.`);
    else if (mergeBy < now) doubts.push(`The receipt of ${commitment} promised a leaf by ${time(mergeBy)}, and there is none.`);
    else notes.push(`The receipt of ${commitment} promises a leaf by ${time(mergeBy)}; it is not there yet.`);
  }
  const count = (kind) => [...seen.values()].filter((leaf) => leaf.kind === kind).length;
  notes.push(
    `${head.origin}: ${head.size} leaves; ${count('ACCEPT')} snaps, ${count('ERASE')} erased early, ${count('HOUR')} hours ended.`,
  );
  return { doubts, notes };
}

/** Every leaf up to the size, in order. @throws Doubt at the first gap */
async function* leavesOf(url, size) {
  for (let at = 0; at < size;) {
    const to = Math.min(size, at + PAGE);
    const { items } = JSON.parse(await get(url, `/v1/log/leaves?from=${at}&to=${to}`));
    if (!Array.isArray(items) || items.length === 0 || items.length > to - at)
      throw new Doubt(`Leaf ${at} is missing: the head says that there are ${size}.`);
    for (const { position, leaf } of items) {
      if (position !== at || typeof leaf !== 'string') throw new Doubt(`Leaf ${at} is missing: in its place stands ${position}.`);
      yield leaf;
      at += 1;
    }
  }
}
