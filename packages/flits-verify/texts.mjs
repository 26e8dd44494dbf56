// What is read: keys, signed heads, proofs, receipts, leaves. Everything that does not look as it should is a Doubt.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { hashOfLeaf, rootByInclusion } from './merkle.mjs';

/** Something that is not shown. Its message is for people. */
export class Doubt extends Error {}

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410
const MAX_TEXT = 1_000_000;

function fromBase64(text, length, what) {
  const bytes = Buffer.from(text ?? '', 'base64');
  if (bytes.toString('base64') !== text || (length !== undefined && bytes.length !== length))
    throw new Doubt(`${what} is not what it should be.`);
  return bytes;
}

function toNumber(text, what) {
  if (!/^(0|[1-9]\d{0,15})$/.test(text ?? '') || !Number.isSafeInteger(Number(text))) throw new Doubt(`${what} is not a number.`);
  return Number(text);
}

/** C2SP signed-note verifier key, `name+id+base64(01 ‖ public key)`. */
export function readKey(text) {
  const [name, id, ...rest] = text.trim().split('+');
  const typed = fromBase64(rest.join('+'), 33, 'The key');
  const expected = createHash('sha256').update(`${name}\n`).update(typed).digest('hex').slice(0, 8);
  if (!name || typed[0] !== 1 || id !== expected) throw new Doubt('The key is damaged: its name, number and bytes do not fit together.');
  const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, typed.subarray(1)]), format: 'der', type: 'spki' });
  return { name, id: Buffer.from(id, 'hex'), checks: (text, signature) => verify(null, Buffer.from(text), key, signature) };
}

/** C2SP checkpoint: the head that one of the keys signed. */
export function readHead(note, keys) {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || note.length > MAX_TEXT || !note.endsWith('\n')) throw new Doubt('The signed head of the log cannot be read.');
  const text = note.slice(0, split + 1);
  let isSigned = false;
  for (const line of note.slice(split + 2, -1).split('\n')) {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (!name) throw new Doubt('The signed head of the log cannot be read.');
    const signature = Buffer.from(encoded, 'base64');
    const key = keys.find((each) => each.name === name && each.id.equals(signature.subarray(0, 4)));
    if (key && !key.checks(text, signature.subarray(4))) throw new Doubt('The signature below the head of the log is false.');
    isSigned ||= Boolean(key);
  }
  if (!isSigned) throw new Doubt('The head of the log is not signed by the key you trust.');
  const [origin, size, root] = text.split('\n');
  if (!keys.some(({ name }) => name === origin)) throw new Doubt(`The head is one of another log: ${origin}`);
  return { origin, size: toNumber(size, 'The size of the log'), root: fromBase64(root, 32, 'The root of the log') };
}

/** C2SP tlog-proof: the leaf, once the head's signature and the path to its root are checked. */
export function readProof(text, keys) {
  const [version, extra, index, ...rest] = text.split('\n');
  const end = rest.indexOf('');
  if (version !== 'c2sp.org/tlog-proof@v1' || !extra?.startsWith('extra ') || !index?.startsWith('index ') || end < 0 || end > 64) {
    throw new Doubt('The proof cannot be read.');
  }
  const head = readHead(rest.slice(end + 1).join('\n'), keys);
  const leaf = fromBase64(extra.slice(6), undefined, 'The leaf in the proof');
  const position = toNumber(index.slice(6), 'The position in the proof');
  const path = rest.slice(0, end).map((line) => fromBase64(line, 32, 'A hash in the proof'));
  const root = rootByInclusion(hashOfLeaf(leaf), position, head.size, path);
  if (!root?.equals(head.root)) throw new Doubt('The proof does not lead to the signed head: this leaf is not shown to be in the log.');
  return { leaf: readLeaf(leaf.toString()), position, head };
}

/** Reasons of ERASE leaves, in words. */
export const WHY = {
  opened: 'everyone had opened it',
  unsent: 'its sender took it back',
  account_ended: 'an account was deleted',
  failed: 'it could not be delivered',
  moderated: 'it was taken down',
  lost: 'the server lost it',
};
const REASONS = Object.keys(WHY).join('|');
/** No snap lives longer, whatever a server is configured to. */
export const MOST_LIFE_MS = 72 * 3_600_000;
/** Nor is a reported copy kept longer, without the log saying anew that it is. */
export const MOST_KEPT_MS = 31 * 86_400_000;

/** @returns kind and about (commitment or label) of a leaf; kind undefined where it is none of a Flits log */
export function readLeaf(text) {
  const accept = /^ACCEPT v1 \| ([0-9a-f]{64}) \| (\d{1,15})$/.exec(text);
  if (accept) return { kind: 'ACCEPT', about: accept[1], label: Number(accept[2]), text };
  const erase = new RegExp(`^ERASE v1 \\| ([0-9a-f]{64}) \\| (${REASONS}) \\| (\\d{1,15})$`).exec(text);
  if (erase) return { kind: 'ERASE', about: erase[1], reason: erase[2], hour: Number(erase[3]), text };
  const keep = /^KEEP v1 \| ([0-9a-f]{64}) \| (\d{1,15})$/.exec(text);
  if (keep) return { kind: 'KEEP', about: keep[1], label: Number(keep[2]), text };
  const hour = /^HOUR v1 \| (\d{1,15}) \| (\d{1,9})$/.exec(text);
  return hour ? { kind: 'HOUR', about: hour[1], label: Number(hour[1]), prefixes: Number(hour[2]), text } : { text };
}

const FIELDS = ['log_origin', 'snap_id', 'commitment', 'salt', 'label', 'accepted_at', 'merge_by'];

/** The receipt, once its signature, its commitment and its hour are checked. Times in ms since the epoch. */
export function readReceipt(text, keys) {
  let receipt;
  try {
    const json = JSON.parse(text);
    receipt = json.receipt ?? json;
  } catch {
    throw new Doubt('The receipt is no JSON.');
  }
  const values = FIELDS.map((field) => receipt[field]);
  if (values.some((value) => typeof value !== 'string' || /[\n\r]/.test(value))) throw new Doubt('The receipt lacks something.');
  const signature = fromBase64(receipt.signature, 64, "The receipt's signature");
  const signed = ['flits-receipt-v1', ...values, ''].join('\n');
  if (!keys.some((key) => key.name === receipt.log_origin && key.checks(signed, signature))) {
    throw new Doubt('The receipt is not signed by the key you trust: it was changed, or is of another server.');
  }
  const id = Buffer.from(receipt.snap_id.replaceAll('-', ''), 'hex');
  const commitment = createHash('sha256').update('flits-erasure-v1').update(Buffer.from(receipt.salt, 'hex')).update(id).digest('hex');
  if (id.length !== 16 || commitment !== receipt.commitment)
    throw new Doubt('The commitment of the receipt is not that of its snap and salt.');
  const [label, acceptedAt, mergeBy] = [receipt.label, receipt.accepted_at, receipt.merge_by].map((time) => Date.parse(time));
  if (id.readUIntBE(0, 6) !== label) throw new Doubt('The hour in the receipt is not that of the snap.');
  if (!(acceptedAt <= mergeBy && acceptedAt < label)) throw new Doubt('The times in the receipt make no sense.');
  if (label > acceptedAt + MOST_LIFE_MS) throw new Doubt('The receipt lets the snap live longer than 72 hours.');
  return { snapId: receipt.snap_id, commitment, label, mergeBy };
}
