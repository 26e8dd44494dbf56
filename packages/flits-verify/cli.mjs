#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { audit } from './audit.mjs';
import { isContinued } from './merkle.mjs';
import { Doubt, readHead, readKey, readProof, readReceipt, WHY } from './texts.mjs';

const USAGE = `flits-verify accepted    RECEIPT [PROOF] --key KEY
flits-verify erased      RECEIPT PROOF   --key KEY
flits-verify consistency OLD NEW PROOF   --key KEY
flits-verify audit       URL [--key KEY] [--old HEAD …] [--receipt RECEIPT …] [--publish-seconds N]

RECEIPT, PROOF, OLD, NEW and HEAD are files. KEY is from log_keys of GET /v1/server. Exit status: 0 shown, 1 doubt, 2 not understood.`;

const time = (ms) => new Date(ms).toISOString();
const now = () => Date.now();
class Misuse extends Error {}

function file(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Misuse(`${path} cannot be read: ${error.code}`);
  }
}

function accepted([receiptFile, proofFile], keys) {
  const receipt = readReceipt(file(receiptFile), keys);
  if (!proofFile) {
    if (receipt.mergeBy < now()) {
      throw new Doubt(
        `The receipt is genuine, but its time is over: since ${time(receipt.mergeBy)} there has to be a proof (GET /v1/log/proofs/${receipt.commitment}?leaf=accept).`,
      );
    }
    return [
      `The receipt is genuine: the server promised to have the snap in its log by ${time(receipt.mergeBy)}. That is a promise; the proof comes with the log.`,
    ];
  }
  const { leaf, position, head } = readProof(file(proofFile), keys);
  if (leaf.kind !== 'ACCEPT' || leaf.about !== receipt.commitment || leaf.label !== receipt.label)
    throw new Doubt('The proof is about something else than this receipt.');
  return [`Accepted: the snap is leaf ${position} of ${head.origin} (${head.size} leaves). By ${time(receipt.label)} it has to be gone.`];
}

function erased([receiptFile, proofFile], keys) {
  const receipt = readReceipt(file(receiptFile), keys);
  const { leaf, position, head } = readProof(file(proofFile), keys);
  const where = `Leaf ${position} of ${head.origin} (${head.size} leaves)`;
  if (leaf.kind === 'ERASE' && leaf.about === receipt.commitment)
    return [`Gone: ${WHY[leaf.reason]}, before ${time(leaf.hour)}. ${where} says so.`];
  if (leaf.kind === 'HOUR' && leaf.label === receipt.label) {
    return [
      `Gone: its hour ended at ${time(leaf.label)}; the key is destroyed, and ${leaf.prefixes} prefixes of the store were listed empty. ${where} says so.`,
    ];
  }
  throw new Doubt(
    leaf.kind === 'ACCEPT'
      ? 'The proof shows that the snap was accepted, not that it is gone.'
      : 'The proof is about something else than this receipt.',
  );
}

function consistency([oldFile, newFile, proofFile], keys) {
  const [older, newer] = [oldFile, newFile].map((path) => readHead(file(path), keys));
  if (older.origin !== newer.origin) throw new Doubt('These are heads of two logs.');
  let proof;
  try {
    proof = JSON.parse(file(proofFile));
  } catch (error) {
    throw error instanceof Misuse ? error : new Doubt('The proof is no JSON.');
  }
  if (proof.from !== older.size || proof.to !== newer.size || !Array.isArray(proof.hashes))
    throw new Doubt('The proof is about other heads.');
  const hashes = proof.hashes.map((hash) => Buffer.from(String(hash), 'base64'));
  if (!isContinued(older, newer, hashes)) throw new Doubt('The newer head does not continue the older one: the history was changed.');
  return [`Consistent: the ${older.size} leaves of the older head are the first of the ${newer.size} of the newer one.`];
}

/** How often the log says that it publishes; a number that is none must not pass for "whenever". */
function toSeconds(text) {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Misuse('--publish-seconds wants whole seconds, such as 3600');
  return Number(text);
}

async function runAudit([url], keys, values) {
  const { doubts, notes } = await audit({
    url: url.replace(/\/+$/, ''),
    keys,
    old: values.old.map(file),
    receipts: values.receipt.map(file),
    publishSeconds: toSeconds(values['publish-seconds']),
    now: now(),
  });
  notes.forEach((line) => console.log(line));
  if (doubts.length > 0) throw new Doubt(doubts.join('\n'));
  return ['Nothing is wrong with it.'];
}

const COMMANDS = { accepted: [accepted, 1, 2], erased: [erased, 2, 2], consistency: [consistency, 3, 3], audit: [runAudit, 1, 1] };

async function main() {
  const many = { type: 'string', multiple: true, default: [] };
  const options = { key: many, receipt: many, old: many, 'publish-seconds': { type: 'string' }, help: { type: 'boolean' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name, ...args] = positionals;
  const [command, least, most] = COMMANDS[name] ?? [];
  if (values.help) return console.log(USAGE);
  if (!command || args.length < least || args.length > most) throw new Misuse(USAGE);
  if (name !== 'audit' && values.key.length === 0) throw new Misuse('Say which key you trust: --key KEY');
  for (const line of await command(args, values.key.map(readKey), values)) console.log(line);
}

main().catch((error) => {
  const isMisuse = error instanceof Misuse || String(error.code).startsWith('ERR_PARSE_ARGS');
  const words = isMisuse
    ? error.message
    : `DOUBT: ${error instanceof Doubt ? error.message : `this could not be checked (${error.message})`}`;
  console.error(words);
  process.exitCode = isMisuse ? 2 : 1;
});
