// Reads a whole log and looks for anything that should not be.
import { GrowingTree } from './merkle.mjs';
import { Doubt, MOST_KEPT_MS, MOST_LIFE_MS, readHead, readKey, readLeaf, readReceipt, WHY } from './texts.mjs';

const PAGE = 1000;
const PATIENCE_MS = 600_000; // for bytes to go and their leaf to come, beyond the time between two heads
const MOST_PUBLISH_SECONDS = 86_400; // what a server may say of itself; more needs --publish-seconds
const time = (ms) => new Date(ms).toISOString();

async function get(url, path) {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(30_000) }).catch((error) => {
    throw new Doubt(`${url}${path} cannot be reached: ${error.cause?.code ?? error.message}`);
  });
  if (!response.ok) throw new Doubt(`${url}${path} answered ${response.status}.`);
  return response.text();
}

function toJson(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Doubt(`${what} is no JSON.`);
  }
}

/** @param old signed heads from before, as texts @returns doubts found, and lines to show */
export async function audit({ url, keys, old, receipts, publishSeconds, now }) {
  const notes = [];
  const facts = toJson(await get(url, '/v1/server'), `${url}/v1/server`);
  const named = Array.isArray(facts.log_keys) ? facts.log_keys.map(({ key }) => String(key)) : [];
  const trusted = keys.length > 0 ? keys : named.map(readKey);
  if (keys.length === 0) {
    notes.push('The key came from the server itself. Note it, and pass it as --key next time:', ...named.map((key) => `  ${key}`));
  }
  const head = readHead(await get(url, '/v1/log/checkpoint'), trusted);
  const { doubts, seen, tree } = await readLeaves(
    url,
    head,
    old.map((text) => readHead(text, trusted)),
  );
  if (!tree.root().equals(head.root)) doubts.push('The leaves do not give the signed root: one was changed, left out or put in.');
  doubts.push(...(await compareAgain(url, head, trusted)));
  doubts.push(...judgeTimes(seen, { now, lateAfter: PATIENCE_MS + 1000 * (publishSeconds ?? publishedEvery(facts)) }));
  for (const text of receipts) judgeReceipt(readReceipt(text, trusted), seen, now, doubts, notes);
  notes.push(
    `${head.origin}: ${head.size} leaves; ${seen.ACCEPT.size} snaps, ${seen.ERASE.size} erased early, ${seen.HOUR.size} hours ended.`,
  );
  return { doubts, notes };
}

function publishedEvery({ limits }) {
  const said = limits?.log_publish_seconds;
  return Number.isSafeInteger(said) && said > 0 ? Math.min(said, MOST_PUBLISH_SECONDS) : 3600;
}

/** Rebuilds the tree, and compares it with every older head on the way. */
async function readLeaves(url, head, older) {
  const doubts = older
    .filter(({ size }) => size > head.size)
    .map(({ size }) => `The log has shrunk: it had ${size} leaves and now has ${head.size}.`);
  const seen = { ACCEPT: new Map(), ERASE: new Map(), HOUR: new Map(), KEEP: new Map() };
  const tree = new GrowingTree();
  const compare = () => {
    if (older.some(({ size, root }) => size === tree.size && !root.equals(tree.root())))
      doubts.push(`Two heads of size ${tree.size}: the log shows a history now that is not the one it signed before.`);
  };
  compare();
  for await (const text of leavesOf(url, head.size)) {
    const position = tree.size;
    tree.add(text);
    compare();
    const { kind, about, label, reason } = readLeaf(text);
    const first = kind && seen[kind].get(about);
    if (!kind) doubts.push(`Leaf ${position} is none that belongs here.`);
    else if (first) doubts.push(`Leaf ${position} is a second ${kind} of ${about} (the first is leaf ${first.position}).`);
    else seen[kind].set(about, { position, label, reason });
  }
  return { doubts, seen, tree };
}

/** A log that tells two stories may tell them to the same listener. */
async function compareAgain(url, head, trusted) {
  const again = readHead(await get(url, '/v1/log/checkpoint'), trusted);
  if (again.size < head.size) return [`The log has shrunk while it was read: from ${head.size} leaves to ${again.size}.`];
  return again.size === head.size && !again.root.equals(head.root) ? [`Two heads of size ${head.size}: the log signed two histories.`] : [];
}

function judgeTimes({ ACCEPT, ERASE, HOUR, KEEP }, { now, lateAfter }) {
  const doubts = [];
  for (const [commitment, { position, label }] of ACCEPT) {
    if (label > now + MOST_LIFE_MS + lateAfter)
      doubts.push(`Leaf ${position}: a snap that may live until ${time(label)}, which is more than 72 hours from now.`);
    if (label + lateAfter <= now && !ERASE.has(commitment) && !HOUR.has(String(label)))
      doubts.push(`Leaf ${position}: a snap that had to be gone by ${time(label)}, and nothing says that it is.`);
  }
  for (const [commitment, { position, label }] of KEEP) {
    if (label > now + MOST_KEPT_MS + lateAfter)
      doubts.push(`Leaf ${position}: a reported copy that may be kept until ${time(label)}, which is more than a month from now.`);
    if (label + lateAfter <= now && !ERASE.has(commitment))
      doubts.push(`Leaf ${position}: a reported copy that had to be gone by ${time(label)}, and nothing says that it is.`);
  }
  for (const { position, label } of HOUR.values()) {
    if (label > now + PATIENCE_MS) doubts.push(`Leaf ${position} says that an hour is gone which ends at ${time(label)}.`);
  }
  return doubts;
}

function judgeReceipt({ commitment, label, mergeBy }, { ACCEPT, ERASE, HOUR }, now, doubts, notes) {
  const leaf = ACCEPT.get(commitment);
  if (!leaf && mergeBy < now) doubts.push(`The receipt of ${commitment} promised a leaf by ${time(mergeBy)}, and there is none.`);
  else if (!leaf) notes.push(`The receipt of ${commitment} promises a leaf by ${time(mergeBy)}; it is not there yet.`);
  else if (leaf.label !== label) {
    doubts.push(
      `The receipt of ${commitment} says that it is gone by ${time(label)}, its leaf (${leaf.position}) says ${time(leaf.label)}.`,
    );
  } else {
    const erased = ERASE.get(commitment);
    const end = erased ? `gone: ${WHY[erased.reason]}` : HOUR.has(String(label)) ? 'gone: its hour ended' : `to be gone by ${time(label)}`;
    notes.push(`The receipt of ${commitment} is kept: leaf ${leaf.position}; ${end}.`);
  }
}

/** Every leaf up to the size, in order. @throws Doubt at the first gap */
async function* leavesOf(url, size) {
  for (let at = 0; at < size;) {
    const to = Math.min(size, at + PAGE);
    const { items } = toJson(await get(url, `/v1/log/leaves?from=${at}&to=${to}`), `Leaves ${at} to ${to - 1}`);
    if (!Array.isArray(items) || items.length === 0 || items.length > to - at)
      throw new Doubt(`Leaf ${at} is missing: the head says that there are ${size}.`);
    for (const { position, leaf } of items) {
      if (position !== at || typeof leaf !== 'string') throw new Doubt(`Leaf ${at} is missing: in its place stands ${position}.`);
      yield leaf;
      at += 1;
    }
  }
}
