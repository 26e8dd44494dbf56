import { randomBytes, randomUUID } from 'node:crypto';
import { acceptLeaf, LogKey, type Receipt } from '../../src/features/ledger/index.js';
import { TestFlits } from '../support/flits.js';
import { call, Person, type SentSnap } from '../support/person.js';
import { until } from '../support/until.js';
import { LyingLog, Verifier } from '../support/verifier.js';

/** A leaf is promised by the end of the bucket after its own: seconds enough for a busy machine. */
const BUCKET_SECONDS = 4;
const PATIENCE_MS = 60_000;
describe('the log, from outside', () => {
  let flits: TestFlits;
  let verifier: Verifier;
  let anna: Person;
  let ben: Person;
  let key: string;

  beforeAll(async () => {
    flits = await TestFlits.start({ SNAP_TTL_SECONDS: '144', BUCKET_SECONDS: String(BUCKET_SECONDS) });
    verifier = await Verifier.create();
    [anna, ben] = await Person.friends(flits.url);
    const server = await call<{ log_keys: { key: string; until: string | null }[] }>(flits.url, 'GET', '/v1/server');
    expect(server.body.log_keys).toEqual([{ key: expect.any(String) as string, from: expect.any(String) as string, until: null }]);
    key = server.body.log_keys[0]!.key;
  });
  afterAll(async () => {
    await flits.stop();
    await verifier.remove();
  });

  const receiptOf = (snap: SentSnap) => snap.receipt as unknown as Receipt;

  async function text(path: string): Promise<string | undefined> {
    const response = await fetch(flits.url + path);
    const body = await response.text();
    return response.ok ? body : undefined;
  }

  const proofOf = (receipt: Receipt, leaf: 'accept' | 'end') =>
    until(`${leaf} proof`, () => text(`/v1/log/proofs/${receipt.commitment}?leaf=${leaf}`), PATIENCE_MS);

  async function everyLeaf(): Promise<{ leaves: string[]; note: string }> {
    const note = (await text('/v1/log/checkpoint'))!;
    const size = Number(note.split('\n')[1]);
    const page = await call<{ items: { position: number; leaf: string }[] }>(flits.url, 'GET', `/v1/log/leaves?from=0&to=${size}`);
    expect(page.body.items.map(({ position }) => position)).toEqual(Array.from({ length: size }, (_, n) => n));
    return { leaves: page.body.items.map(({ leaf }) => leaf), note };
  }

  /** Every table of the database in which a row shows these characters; bytea shows as hex. */
  async function tablesThatHold(text: string): Promise<string[]> {
    const tables = await flits.query<{ name: string }>(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'mortal', 'bullmq') ORDER BY 1`,
    );
    const holding: string[] = [];
    for (const { name } of tables) {
      const rows = await flits.query(`SELECT 1 FROM ${name} t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`, [text]);
      if (rows.length > 0) holding.push(name);
    }
    return holding;
  }

  it('keeps what the receipt promised, and a stranger checks it offline', async () => {
    const receipt = receiptOf(await anna.sendText('hello', [ben]));
    const file = await verifier.file(receipt);
    const promised = await verifier.run('accepted', file, '--key', key);
    expect([promised.status, promised.words]).toEqual([0, expect.stringContaining('promised')]);
    const proof = await proofOf(receipt, 'accept');
    const position = Number(/^index (\d+)$/m.exec(proof)![1]);
    const [first] = await flits.query<{ at: Date }>('SELECT min(published_at) AS at FROM log_checkpoints WHERE size > $1', [position]);
    expect(first!.at.getTime()).toBeLessThanOrEqual(Date.parse(receipt.merge_by));
    const shown = await verifier.run('accepted', file, await verifier.file(proof), '--key', key);
    expect([shown.status, shown.words]).toEqual([0, expect.stringMatching(/^Accepted: the snap is leaf \d+ of localhost/)]);
    expect(await text(`/v1/log/proofs/${receipt.commitment}?leaf=end`)).toBeUndefined();
    const notGone = await verifier.run('erased', file, await verifier.file(proof), '--key', key);
    expect([notGone.status, notGone.words]).toEqual([1, expect.stringContaining('not that it is gone')]);
  });

  it('R4: what was unsent has its ERASE leaf, and the receipt’s holder reads why', async () => {
    const snap = await anna.sendText('oops', [ben]);
    expect((await anna.request('DELETE', `/v1/snaps/${snap.id}`)).status).toBe(200);
    const proof = await proofOf(receiptOf(snap), 'end');
    const gone = await verifier.run('erased', await verifier.file(receiptOf(snap)), await verifier.file(proof), '--key', key);
    expect([gone.status, gone.words]).toEqual([0, expect.stringContaining('Gone: its sender took it back')]);
  });

  it('R60: doubts whatever was changed in a receipt, a proof or a key', async () => {
    const receipt = receiptOf(await anna.sendText('true', [ben]));
    const other = receiptOf(await anna.sendText('other', [ben]));
    const proof = await proofOf(receipt, 'accept');
    const [file, proofFile] = [await verifier.file(receipt), await verifier.file(proof)];
    expect((await verifier.run('accepted', file, proofFile, '--key', key)).status).toBe(0);
    const lines = proof.split('\n');
    const hash = (line: string) => Buffer.from(line, 'base64').map((byte, index) => (index === 5 ? byte ^ 4 : byte));
    const head = lines.indexOf('') + 1;
    const bad: Record<string, () => Promise<string[]>> = {
      'another label': async () => [
        await verifier.file({ ...receipt, label: new Date(Date.parse(receipt.label) + 1000).toISOString() }),
        proofFile,
      ],
      'another promise': async () => [await verifier.file({ ...receipt, merge_by: '2099-01-01T00:00:00.000Z' }), proofFile],
      'another salt': async () => [await verifier.file({ ...receipt, salt: '00'.repeat(32) }), proofFile],
      'no JSON': async () => [await verifier.file('receipt'), proofFile],
      "somebody else's receipt": async () => [await verifier.file(other), proofFile],
      'a hash of the path': async () => [
        file,
        await verifier.file(lines.with(3, Buffer.from(hash(lines[3]!)).toString('base64')).join('\n')),
      ],
      'the position': async () => [file, await verifier.file(lines.with(2, `index ${Number(lines[2]!.slice(6)) + 1}`).join('\n'))],
      'the leaf': async () => [
        file,
        await verifier.file(
          lines
            .with(1, `extra ${Buffer.from(acceptLeaf(Buffer.from(other.commitment, 'hex'), Date.parse(other.label))).toString('base64')}`)
            .join('\n'),
        ),
      ],
      'the root': async () => [file, await verifier.file(lines.with(head + 2, randomBytes(32).toString('base64')).join('\n'))],
      'the signature': async () => [
        file,
        await verifier.file(
          proof.replace(
            /— (\S+) (\S{8})(.)/,
            (_, name: string, id: string, first: string) => `— ${name} ${id}${first === 'A' ? 'B' : 'A'}`,
          ),
        ),
      ],
    };
    for (const [what, args] of Object.entries(bad)) {
      const { status, words } = await verifier.run('accepted', ...(await args()), '--key', key);
      expect([what, status, words]).toEqual([what, 1, expect.stringMatching(/^DOUBT: [A-Z].*\n$/)]);
    }
    const foreign = new LogKey({ reveal: () => randomBytes(32).toString('base64') } as never, key.split('+')[0]!).verifierKey();
    expect((await verifier.run('accepted', file, proofFile, '--key', foreign)).status).toBe(1);
    expect((await verifier.run('accepted', file, proofFile, '--key', key.replace('+', '+0'))).status).toBe(1);
    expect((await verifier.run('accepted', file, proofFile)).status).toBe(2);
    expect((await verifier.run('accepted', '/nowhere', proofFile, '--key', key)).status).toBe(2);
    expect((await verifier.run('forget', file)).status).toBe(2);
  });

  it('proves that its head of now continues one of then', async () => {
    const older = (await text('/v1/log/checkpoint'))!;
    await proofOf(receiptOf(await anna.sendText('one more', [ben])), 'accept');
    const newer = (await text('/v1/log/checkpoint'))!;
    const [from, to] = [older, newer].map((note) => Number(note.split('\n')[1]));
    expect(to).toBeGreaterThan(from!);
    const proof = JSON.parse((await text(`/v1/log/consistency?from=${from}&to=${to}`))!) as { from: number; to: number; hashes: string[] };
    const files = await Promise.all([older, newer, proof].map((each) => verifier.file(each)));
    expect(await verifier.run('consistency', ...files, '--key', key)).toEqual({
      status: 0,
      words: expect.stringContaining('Consistent') as string,
    });
    const forged = await verifier.file({
      ...proof,
      hashes: proof.hashes.map((hash, n) => (n === 0 ? randomBytes(32).toString('base64') : hash)),
    });
    expect((await verifier.run('consistency', files[0]!, files[1]!, forged, '--key', key)).status).toBe(1);
    expect((await verifier.run('consistency', files[1]!, files[0]!, files[2]!, '--key', key)).status).toBe(1);
  });

  it('answers as a cache in front of it needs, and 404 to anything that is no commitment', async () => {
    const head = await fetch(`${flits.url}/v1/log/checkpoint`);
    expect([head.headers.get('content-type'), head.headers.get('cache-control')]).toEqual([
      'text/plain; charset=utf-8',
      'public, max-age=5',
    ]);
    const size = Number((await head.text()).split('\n')[1]);
    const cached = async (path: string) => (await fetch(flits.url + path)).headers.get('cache-control');
    expect(await cached('/v1/log/leaves?from=0&to=2')).toBe('public, max-age=31536000, immutable');
    expect(await cached(`/v1/log/leaves?from=0&to=${size + 500}`)).toBe('no-store');
    expect(await cached(`/v1/log/consistency?from=1&to=${size}`)).toBe('public, max-age=31536000, immutable');
    for (const path of [
      'proofs/xyz',
      `proofs/${'0'.repeat(64)}`,
      `proofs/${'0'.repeat(64)}?leaf=end`,
      `consistency?from=1&to=${size + 1000}`,
      'consistency?from=2&to=1',
    ]) {
      expect([path, (await fetch(`${flits.url}/v1/log/${path}`)).status]).toEqual([path, 404]);
    }
    for (const path of ['leaves?from=-1', 'leaves?from=x', 'leaves?page=1', `proofs/${'0'.repeat(64)}?leaf=begin`, 'consistency?from=1']) {
      expect([path, (await fetch(`${flits.url}/v1/log/${path}`)).status]).toEqual([path, 422]);
    }
    expect((await call<{ items: unknown[] }>(flits.url, 'GET', `/v1/log/leaves?from=${size + 1000}`)).body.items).toEqual([]);
  });

  it('audit: finds nothing wrong with an honest log, nor with a true copy of it', async () => {
    const unsent = await anna.sendText('planted', [ben]);
    await anna.request('DELETE', `/v1/snaps/${unsent.id}`);
    await proofOf(receiptOf(unsent), 'end');
    const kept = await anna.sendText('kept', [ben]);
    await proofOf(receiptOf(kept), 'accept');
    const honest = await verifier.run('audit', flits.url, '--key', key, '--receipt', await verifier.file(receiptOf(kept)));
    expect([honest.status, honest.words]).toEqual([0, expect.stringContaining('Nothing is wrong with it.')]);
    expect(await verifier.run('audit', flits.url)).toEqual({
      status: 0,
      words: expect.stringContaining('The key came from the server itself') as string,
    });

    const { leaves, note } = await everyLeaf();
    const truthful = await LyingLog.serve({ leaves, note, key });
    expect((await verifier.run('audit', truthful.url, '--key', key, '--old', await verifier.file(note))).status).toBe(0);
    await truthful.stop();
  });

  // Last: it moves the clock.
  it('R2: when its hour is over, the HOUR leaf proves that a snap nobody touched is gone', async () => {
    const receipt = receiptOf(await anna.sendText('nobody looked', [ben]));
    await proofOf(receipt, 'accept');
    await flits.shiftClock(152);
    await flits.sweep();
    const proof = await proofOf(receipt, 'end');
    const gone = await verifier.run('erased', await verifier.file({ id: randomUUID(), receipt }), await verifier.file(proof), '--key', key);
    expect([gone.status, gone.words]).toEqual([0, expect.stringMatching(/^Gone: its hour ended at .* \d+ prefixes/)]);
    expect((await verifier.run('audit', flits.url, '--key', key)).status).toBe(0);
    // What is left of it anywhere: the commitment in the log. The salt, which ties it to the snap, is with whoever holds the receipt.
    expect(await tablesThatHold(receipt.salt)).toEqual([]);
    expect(await tablesThatHold(receipt.commitment)).toEqual(['public.ledger_outbox', 'public.log_leaves']);
    const tied = await flits.query('SELECT 1 FROM ledger_outbox t WHERE t::text LIKE ANY ($1)', [[`%${anna.id}%`, `%${receipt.snap_id}%`]]);
    expect(tied).toEqual([]);
  });
});

describe('a log for members', () => {
  it('asks for a token, and lets no shared cache keep what it says', async () => {
    const flits = await TestFlits.start({ LOG_PUBLIC: 'members' });
    try {
      const path = `/v1/log/checkpoint`;
      expect((await fetch(flits.url + path)).status).toBe(401);
      expect((await fetch(`${flits.url}/v1/log/leaves`, { headers: { authorization: 'Bearer nonsense' } })).status).toBe(401);
      const anna = await Person.signUp(flits.url);
      const answer = await until('a signed head', async () => {
        const response = await fetch(flits.url + path, { headers: { authorization: `Bearer ${anna.session.access_token}` } });
        return response.ok && response;
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.text()).toMatch(/^localhost:\d+\/log\n0\n/);
    } finally {
      await flits.stop();
    }
  });
});
