import { randomBytes } from 'node:crypto';
import { acceptLeaf, eraseLeaf, hourLeaf, LogKey, Receipts } from '../../src/features/ledger/index.js';
import { checkpointText, grow, join, leafHash, signNote } from '../../src/features/ledger/tree/index.js';
import { Secret } from '../../src/platform/config/index.js';
import { Hours, Ids, Random } from '../../src/platform/ids/index.js';
import { LyingLog, Verifier, type Lies } from '../support/verifier.js';

const HOUR = 3_600_000;
const ORIGIN = 'flits.example/log';
const hours = new Hours({ bucketSeconds: 3600, ttlSeconds: 72 * 3600 });
const ids = new Ids(new Random());
const newKey = () => new LogKey(new Secret(randomBytes(32).toString('base64')), ORIGIN);
const logKey = newKey();
const receipts = new Receipts(logKey, hours);

const now = Date.now();
const past = hours.floor(now) - 2 * HOUR;
const future = hours.floor(now) + 5 * HOUR;
const some = () => randomBytes(32);
const erased = some();

/** An honest log: an hour that ended, a snap that was erased early, one that lives. */
const honest = [
  acceptLeaf(some(), past),
  acceptLeaf(erased, future),
  eraseLeaf(erased, 'opened', hours.floor(now)),
  hourLeaf(past, 256),
  acceptLeaf(some(), future),
];
const noteOf = (leaves: readonly string[], key = logKey) =>
  signNote(checkpointText(ORIGIN, leaves.length, join(grow(0, [], leaves.map(leafHash)).edge)), key);
const signed = (leaves: readonly string[]) => ({ leaves, note: noteOf(leaves) });

/** A receipt of two hours ago, whose promise is due; and the leaf that keeps it. */
const acceptedAt = now - 2 * HOUR - 60_000;
const receipt = receipts.issue(ids.mortal(future), some(), acceptedAt);
const promised = acceptLeaf(Buffer.from(receipt.commitment, 'hex'), future);

describe('flits-verify audit, against a log of somebody who lies', () => {
  let verifier: Verifier;
  beforeAll(async () => {
    verifier = await Verifier.create();
  });
  afterAll(() => verifier.remove());

  async function audit(lies: Omit<Lies, 'key'>, ...more: string[]) {
    const log = await LyingLog.serve({ key: logKey.verifierKey(), ...lies });
    try {
      return await verifier.run('audit', log.url, '--key', logKey.verifierKey(), ...more);
    } finally {
      await log.stop();
    }
  }

  it('is content with an honest one, receipt and older heads included', async () => {
    const leaves = [...honest, promised];
    const olds = await Promise.all([0, 2, 5, 6].map(async (size) => ['--old', await verifier.file(noteOf(leaves.slice(0, size)))]));
    const found = await audit(signed(leaves), '--receipt', await verifier.file(receipt), ...olds.flat());
    expect(found).toEqual({
      status: 0,
      words: expect.stringMatching(/is kept: leaf 5; to be gone by[^]*Nothing is wrong with it/) as string,
    });
  });

  const faults: [string, Omit<Lies, 'key'>, RegExp][] = [
    ['a changed leaf', { leaves: honest.with(0, acceptLeaf(some(), past)), note: noteOf(honest) }, /do not give the signed root/],
    ['a missing last leaf', { leaves: honest.slice(0, -1), note: noteOf(honest) }, /Leaf 4 is missing/],
    ['a gap in the positions', { ...signed(honest), gap: 2 }, /Leaf 2 is missing: in its place stands 3/],
    ['a leaf of no known kind', signed([...honest, 'NOTE v1 | hello']), /Leaf 5 is none that belongs here/],
    ['a second ERASE', signed([...honest, eraseLeaf(erased, 'unsent', future)]), /Leaf 5 is a second ERASE/],
    ['a second ACCEPT', signed([...honest, honest[0]!]), /Leaf 5 is a second ACCEPT/],
    ['a second HOUR', signed([...honest, hourLeaf(past, 255)]), /Leaf 5 is a second HOUR/],
    ['an ACCEPT whose hour is over, without HOUR and ERASE', signed(honest.toSpliced(3, 1)), /Leaf 0: a snap that had to be gone by/],
    ['a snap that may live for more than 72 hours', signed([...honest, acceptLeaf(some(), now + 80 * HOUR)]), /more than 72 hours/],
    ['an HOUR before its time', signed([...honest, hourLeaf(future, 256)]), /Leaf 5 says that an hour is gone which ends at/],
    ['two heads of one size', { ...signed(honest), secondNote: noteOf(honest.with(4, acceptLeaf(some(), future))) }, /Two heads of size 5/],
    ['a log that shrinks while it is read', { ...signed(honest), secondNote: noteOf(honest.slice(0, 3)) }, /has shrunk while/],
    [
      'a head that nobody signed',
      { leaves: honest, note: noteOf(honest).replace('\n5\n', '\n6\n') },
      /signature below the head of the log is false/,
    ],
    ['a head signed by another key', { leaves: honest, note: noteOf(honest, newKey()) }, /not signed by the key you trust/],
    ['a head that is none', { leaves: honest, note: 'hello' }, /cannot be read/],
  ];
  it.each(faults)('R60: finds %s', async (_what, lies, words) => {
    expect(await audit(lies)).toEqual({ status: 1, words: expect.stringMatching(words) as string });
  });

  it('R60: finds a log that is not the one it was', async () => {
    const other = await verifier.file(noteOf(honest.slice(0, 3).with(0, acceptLeaf(some(), past))));
    expect(await audit(signed(honest), '--old', other)).toEqual({
      status: 1,
      words: expect.stringMatching(/Two heads of size 3/) as string,
    });
    const longer = await verifier.file(noteOf([...honest, promised]));
    expect(await audit(signed(honest), '--old', longer)).toEqual({
      status: 1,
      words: expect.stringMatching(/has shrunk: it had 6/) as string,
    });
  });

  it('R60: finds a receipt that was not kept in time, or not as it was given', async () => {
    const file = await verifier.file(receipt);
    expect(await audit(signed(honest), '--receipt', file)).toEqual({
      status: 1,
      words: expect.stringMatching(/promised a leaf by .* and there is none/) as string,
    });
    const longer = acceptLeaf(Buffer.from(receipt.commitment, 'hex'), future + HOUR);
    expect(await audit(signed([...honest, longer]), '--receipt', file)).toEqual({
      status: 1,
      words: expect.stringMatching(/says that it is gone by .*, its leaf \(5\) says/) as string,
    });
    const forged = await verifier.file(new Receipts(newKey(), hours).issue(receipt.snap_id, some(), acceptedAt));
    expect((await audit(signed(honest), '--receipt', forged)).status).toBe(1);
    const young = await verifier.file(receipts.issue(ids.mortal(future), some(), now));
    expect(await audit(signed(honest), '--receipt', young)).toEqual({
      status: 0,
      words: expect.stringContaining('not there yet') as string,
    });
  });

  it('has doubts about a server that is away or talks of something else', async () => {
    expect((await verifier.run('audit', 'http://127.0.0.1:1', '--key', logKey.verifierKey())).words).toMatch(
      /^DOUBT: .* cannot be reached/,
    );
    const log = await LyingLog.serve({ ...signed(honest), key: 'nonsense' });
    expect(await verifier.run('audit', log.url)).toEqual({ status: 1, words: expect.stringMatching(/^DOUBT: The key/) as string });
    expect((await verifier.run('audit', log.url, '--publish-seconds', 'never')).status).toBe(2);
    await log.stop();
  });
});
